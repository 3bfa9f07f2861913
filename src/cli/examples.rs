//! Examples of the commands, which stand below their help.

use clap::builder::Styles;

/// Examples, by command; the first are those of the whole. A test runs them all.
pub(super) const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "matcalc",
        &[
            "matcalc grad 'log det X' --wrt X",
            "matcalc grad '1/2 ||A x - b||^2' --wrt x --steps",
            "matcalc grad 'tr(A X^2 B X^-T)' -w X -f latex",
            "matcalc check \"x'A x\" -w x --claim 'A x + A^T x'",
        ],
    ),
    (
        "grad",
        &[
            "matcalc grad '1/2 ||A x - b||^2 + λ/2 ||x||^2' -w x",
            "matcalc grad 'log det(A + X X^T)' -w X -d 'A: spd(n)' --steps",
            "matcalc grad 'sum(log(1 + exp(-y .* (X w))))' -w w -f numpy",
            "matcalc grad \"x'A y\" -w x,y",
        ],
    ),
    ("diff", &["matcalc diff 'A X B' -w X", "matcalc diff 'log det X' -w X --order 2"]),
    ("jacobian", &["matcalc jacobian 'softmax(A x)' -w x", "matcalc jacobian 'X^-1' -w X --view kron"]),
    (
        "hessian",
        &[
            "matcalc hessian 'log sum exp(x)' -w x",
            "matcalc hessian 'log det X' -w X --view operator",
            "matcalc hessian \"x'A y\" -w x,y",
        ],
    ),
    ("derivative", &["matcalc derivative 'exp(-t^2/2)' -w t -n 3", "matcalc derivative 'expm(t A)' -w t"]),
    ("jvp", &["matcalc jvp 'X^-1' -w X --along V", "matcalc jvp 'softmax(A x)' -w x --along v"]),
    ("vjp", &["matcalc vjp 'tanh(W x + b)' -w W --along v", "matcalc vjp 'X^-1' -w X --along V -f numpy"]),
    ("hvp", &["matcalc hvp 'log sum exp(A x)' -w x --along v", "matcalc hvp 'log det X' -w X --along V"]),
    ("taylor", &["matcalc taylor 'log det X' -w X", "matcalc taylor 'sqrt(1 + t)' -w t --order 4"]),
    (
        "solve",
        &[
            "matcalc solve '||A x - b||^2' -w x",
            "matcalc solve '1/2||A x - b||^2 + λ/2||x||^2' -w x -d 'λ: positive'",
            "matcalc solve '1/2||X w + b 1 - y||^2' -w w,b",
            "matcalc solve \"w'Σ w\" -w w --subject-to \"1'w = 1\" -d 'Σ: spd(n)'",
        ],
    ),
    (
        "convexity",
        &["matcalc convexity 'log sum exp(A x + b)' -w x", "matcalc convexity 'log det X' -w X -d 'X: spd(n)'"],
    ),
    (
        "check",
        &[
            "matcalc check 'log det X' -w X",
            "matcalc check '||A x - b||^2' -w x --claim \"2A'(A x - b)\"",
            "matcalc check 'log sum exp(A x)' -w x --slope",
        ],
    ),
    ("equal", &["matcalc equal 'tr(A B C)' 'tr(C A B)'", "matcalc equal 'log det X' 'tr logm X' -d 'X: spd(n)'"]),
    ("read", &["matcalc read '\\log|\\Sigma| + x^T\\Sigma^{-1}x'", "matcalc read \"1/2n x'x\" -w x"]),
    (
        "eval",
        &[
            "matcalc eval \"x'A x\" --set 'x=[1 2]' --set 'A=[1 2; 3 4]'",
            "matcalc eval 'inv(A)' -s 'A=[2 0; 0 4]' -o inverse.npy",
        ],
    ),
    (
        "plan",
        &[
            "matcalc plan '1/2 ||A x - b||^2' -w x",
            "matcalc plan '1/2 ||A x - b||^2' -w x --hessian --sizes m=10000,n=10",
        ],
    ),
    (
        "code",
        &[
            "matcalc code '1/2 ||A x - b||^2' -w x",
            "matcalc code 'sum(log(1 + exp(-y .* (X w))))' -w w --of value,gradient,hessian --lang jax",
            "matcalc code 'log det X' -w X -d 'X: spd(n)' --lang rust --name entropy",
        ],
    ),
    (
        "simplify",
        &["matcalc simplify \"A x + A'x\" -d 'A: symmetric(n)'", "matcalc simplify '(A B)^T - B^T A^T' -f latex"],
    ),
    (
        "minimize",
        &[
            "matcalc minimize '1/2 ||A w - y||^2' -w w --set 'A=[1 1; 1 2; 1 3]' --set 'y=[1 2 4]'",
            "matcalc minimize '(w - 3)^2' -w w --method gradient-descent --rate 0.1 --target 1e-9",
            "matcalc minimize 'tr(S X) - log det X' -w X -d 'X: spd' -s 'S=[2 1; 1 3]' --method newton",
        ],
    ),
    (
        "compare",
        &[
            "matcalc compare \"1/2 x'A x + b'x\" -w x --hessian --sizes 10:100:3",
            "matcalc compare 'tr(A X B)' -w X --sizes m=5,n=10:30:2,p=5 -f csv",
        ],
    ),
    (
        "backprop",
        &[
            "matcalc backprop 'z = w x + b; y = σ(z); ½(y − t)²' -w w,b",
            "matcalc backprop '½(w x − t)²' -w w --set w=3 --set x=2 --set t=5",
            "matcalc backprop \"z = W x + b; y = softmax(z); -t'log y\" -w W,b -f latex",
        ],
    ),
    (
        "graph",
        &[
            "matcalc graph 'z = w x + b; y = σ(z); ½(y − t)²' -w w,b --adjoints",
            "matcalc graph '½(w x − t)²' -w w --values --set w=3 --set x=2 --set t=5 -f svg > graph.svg",
        ],
    ),
    ("repl", &["matcalc repl --no-init < /dev/null", "matcalc --version"]),
    ("run", &["echo 'grad log det X' | matcalc run -", "matcalc -e 'f(x) := 1/2 ||A x - b||^2' -e 'grad f'"]),
    ("completions", &["matcalc completions bash > matcalc.bash", "matcalc completions zsh > _matcalc"]),
    ("man", &["matcalc man grad > matcalc-grad.1", "matcalc man --out man1"]),
];

/// The heading and the examples of a command.
pub(super) fn examples(styles: &Styles, name: &str) -> String {
    let header = styles.get_header();
    let mut text = format!("{header}Examples:{header:#}");
    let found = EXAMPLES.iter().find(|(of, _)| *of == name);
    for example in found.map(|(_, examples)| *examples).unwrap_or_default() {
        text.push_str("\n  ");
        text.push_str(example);
    }
    text
}
