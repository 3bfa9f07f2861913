// Renders formulas with KaTeX, strict, from a JSON array of { name, latex } on standard input. The first argument is the package's folder.
const katex = require(require("path").resolve(process.argv[2]));
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
for (const { name, latex } of formulas) {
  try {
    katex.renderToString(latex, { displayMode: true, throwOnError: true, strict: "error" });
  } catch (error) {
    console.log(`${name}: ${latex}\n  ${error.message}`);
  }
}
console.log(`rendered ${formulas.length}`);
