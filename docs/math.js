// Blocks of `math` are formulas: GitHub typesets them by itself, the book with MathJax.
for (const code of document.querySelectorAll("pre > code.language-math")) {
  const formula = document.createElement("div");
  formula.textContent = "\\[" + code.textContent + "\\]";
  code.parentElement.replaceWith(formula);
}
