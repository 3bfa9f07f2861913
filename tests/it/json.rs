//! The JSON document: every command and every error prints one, as docs/json.schema.json states it.

use crate::common;
use crate::common::program::with_input;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../docs/json.schema.json");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

/// The document that arguments are answered with, and the exit status.
fn document(arguments: &[&str]) -> (Value, Option<i32>) {
    let output = common::run(&[arguments, &["-f", "json"]].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    let document = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{text}"));
    (document, output.status.code())
}

/// The first answer to arguments.
fn answer(arguments: &[&str]) -> Value {
    document(arguments).0["answers"][0].take()
}

/// What a document has against the schema, and against the exit status.
fn wrong(validator: &jsonschema::Validator, document: &Value, status: Option<i32>) -> Vec<String> {
    let mut wrong: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    let wanted = match document["status"].as_str() {
        Some("ok") => Some(0),
        Some("failed") => Some(1),
        _ => Some(2),
    };
    if status != wanted {
        wrong.push(format!("status {status:?} with {}", document["status"]));
    }
    wrong
}

/// Arguments of every command, and of what fills the fields that are null otherwise.
const COMMANDS: &[&[&str]] = &[
    &["grad", "log det X", "-w", "X"],
    &["grad", "x'A x + b'x", "-w", "x,A,b"],
    &["grad", "x'A x", "-w", "x", "-d", "A: symmetric(n)", "--steps"],
    &["grad", "log det X", "-w", "X", "-d", "X: spd(n)", "--vech", "--steps"],
    &["grad", "||A x - b||", "-w", "x", "--steps", "--name-parts"],
    &["grad", "sum_i (a_i'x - b_i)^2", "-w", "x", "--vectorize"],
    &["grad", "sum_{k=1}^K ||x - mu_k||^2", "-w", "mu_k"],
    &["grad", "x_1^2 + sum(x)", "-w", "x_1", "-d", "x: vector(n)"],
    &["grad", "sum(softmax(x))", "-w", "x"],
    &["grad", "log(x'x - exp(x'x))", "-w", "x"],
    &["grad", "x'x", "-w", "x", "--no-check"],
    &["grad", "t^2 s + k", "-w", "t", "-d", "s: positive; k: integer"],
    &["grad", "sum(f(x)) + y'x + p'x", "-w", "x", "-d", "f: function; y: signs(n); p: simplex(n)"],
    &["grad", "tr g(X)", "-w", "X", "-d", "g: matrix function; X: square(n)"],
    &["diff", "X^-1", "-w", "X"],
    &["diff", "log det X", "-w", "X", "--order", "2", "--steps"],
    &["jacobian", "A x .* x", "-w", "x"],
    &["jacobian", "W x + b", "-w", "W,x"],
    &["jacobian", "X^-1", "-w", "X"],
    &["jacobian", "X^-1", "-w", "X", "--view", "operator"],
    &["jacobian", "log(tr(X'X) - exp(tr(X'X))) X", "-w", "X"],
    &["jacobian", "A x", "-w", "x", "--steps"],
    &["hessian", "x'A y", "-w", "x,y"],
    &["hessian", "x'A y", "-w", "x,y", "--view", "kron"],
    &["hessian", "log det X", "-w", "X"],
    &["hessian", "log(x'x - exp(x'x) - y'y)", "-w", "x,y"],
    &["derivative", "t^5", "-w", "t", "-n", "3"],
    &["derivative", "||x||^4", "-w", "x", "-n", "2"],
    &["jvp", "X^-1", "-w", "X", "--along", "V"],
    &["vjp", "A x", "-w", "x", "--along", "u"],
    &["hvp", "log sum exp(x)", "-w", "x", "--along", "v", "--steps"],
    &["taylor", "X^-1", "-w", "X"],
    &["backprop", "z = w x + b; y = σ(z); ½(y − t)²", "-w", "w,b"],
    &["graph", "z = w x + b; y = σ(z); ½(y − t)²", "-w", "w,b"],
    &["graph", "sum(softmax(W x))", "-w", "W", "--set", "W=[1 2; 3 4]", "--set", "x=[1 2]", "--values"],
    &["plan", "1/2 ||A x - b||^2", "-w", "x"],
    &["plan", "sum(tanh(W tanh(W X)))", "-w", "W", "-d", "W: square(n)", "--sizes", "n=10,m=1000", "--checkpoint"],
    &["plan", "A B x"],
    &["code", "1/2 ||A x - b||^2", "-w", "x"],
    &["code", "log det X", "-w", "X", "--lang", "rust", "--of", "value,gradient,hessian,hvp"],
    &["code", "x'A y", "-w", "x,y", "--lang", "julia", "--no-check"],
    &["backprop", "sum(softmax(W x))", "-w", "W", "--set", "W=[1 2; 3 4]", "--set", "x=[1 2]"],
    &["taylor", "log det X", "-w", "X", "--steps"],
    &["solve", "1/2 ||A x - b||^2", "-w", "x"],
    &["solve", "||A x - b||^2", "-w", "x", "-d", "A: matrix(3,2)", "--steps"],
    &["solve", "(t^2 - a)^2", "-w", "t", "-d", "a: positive; t: scalar"],
    &["solve", "½||X w + b 1 - y||^2", "-w", "w,b", "--steps"],
    &["solve", "x'A x + w'w", "-w", "x", "--subject-to", "x'x = 1", "-d", "A: symmetric(n); w: nonnegative(n)"],
    &["solve", "||X - u v'||_F^2", "-w", "u,v"],
    &["solve", "||A x - b||^2", "-w", "x", "--st", "x'x = 1"],
    &["convexity", "log sum exp(A x + b)", "-w", "x"],
    &["convexity", "log sum exp(A x)", "-w", "x", "--steps"],
    &["convexity", "x'A x", "-w", "x"],
    &["convexity", "||x|| + ||y||", "-w", "x,y"],
    &["convexity", "log(x'x - exp(x'x))", "-w", "x"],
    &["convexity", "x'S x", "-w", "x", "-d", "S: spd(n)"],
    &["check", "log det X", "-w", "X"],
    &["check", "log(x'x - exp(x'x))", "-w", "x"],
    &["check", "log det X", "-w", "X", "--claim", "X^-T"],
    &["check", "log det X", "-w", "X", "--claim", "X^-1"],
    &["check", "log det X", "-w", "X", "-d", "X: symmetric(n)", "--claim", "2X^-1 - X^-1 .* I"],
    &["check", "||A x - b||^2", "-w", "x", "--claim", "A'(A x - b)"],
    &["check", "x'A x", "-w", "x", "--claim", "2A x"],
    &["check", "a'x", "-w", "x", "--claim", "x"],
    &["check", "x^2 + 1e-9 x", "-w", "x", "--claim", "2x"],
    &["check", "x^2/6", "-w", "x", "--claim", "0.333333333333 x"],
    &["check", "tr(A X)", "-w", "X", "-d", "X: diagonal(n)", "--claim", "A'"],
    &["check", "tr(A X)", "-w", "X", "--claim", "A X"],
    &["check", "log(x'x - exp(x'x))", "-w", "x", "--claim", "x"],
    &["simplify", "tr(A' A)"],
    &["simplify", "A' diag(p) A", "-d", "p: vector(m)", "--by-rows", "A"],
    &["simplify", "log(x'x - exp(x'x)) + 0"],
    &["read", "1/2n x'x"],
    &["read", "x'A x", "-w", "x"],
    &["read", "λ/2 ||x||^2 + x_1"],
    &["equal", "tr(A B C)", "tr(C A B)"],
    &["equal", "A B", "B A"],
    &["equal", "sin(x)^2 + cos(x)^2", "1"],
    &["equal", "log(x^2)", "2 log x"],
    &["equal", "x + 1e-12", "x"],
    &["equal", "log(x'x - exp(x'x))", "log(x'x - exp(x'x)) + 0"],
    &["eval", "x'A x", "-s", "x=[1 2]", "-s", "A=[1 2; 3 4]"],
    &["eval", "A x", "-s", "x=[1 2]", "-s", "A=[1 2; 3 4]"],
    &["eval", "A A", "-s", "A=[1 2; 3 4]"],
    &["eval", "x'A", "-s", "x=[1 2]", "-s", "A=[1 2; 3 4]"],
    &["minimize", "||A w - y||^2", "-w", "w", "-s", "A=[1 1; 1 2; 1 3]", "-s", "y=[1 2 4]"],
    &[
        "minimize",
        "||U V - A||_F^2",
        "-w",
        "U,V",
        "-d",
        "U: vector(2); V: matrix(1,2)",
        "-s",
        "A=[1 1; 1 2]",
        "--max-iter",
        "2",
    ],
    &[
        "minimize",
        "||w x - y||^2",
        "-w",
        "w",
        "-s",
        "x=[1 2]",
        "-s",
        "y=[2 4]",
        "--compare",
        "--sizes",
        "2:8:2",
        "--runs",
        "1",
    ],
    &["compare", "1/2 x'A x", "-w", "x", "--hessian", "--sizes", "2:6:2", "--runs", "1"],
    &["compare", "sum(exp(x))", "-w", "x", "--hessian", "--checkpoint", "--sizes", "20", "--runs", "1"],
    &["check", "||A x - b||", "-w", "x", "--claim", "A'(A x - b)"],
    &["check", "log(1 + exp(a'x))", "-w", "x", "--claim", "a"],
    &["check", "relu(a'x)", "-w", "x", "--claim", "a"],
    &["check", "x'A x", "-w", "x", "--claim", "A x"],
    &["check", "log det X", "-w", "X", "--slope"],
    &["check", "x'A x", "-w", "x", "--slope", "--claim", "A x"],
];

#[test]
fn every_answer_is_a_document_of_the_schema() {
    let validator = jsonschema::draft202012::new(&schema()).expect("the schema can be used");
    let mut all = Vec::new();
    for arguments in COMMANDS {
        let (document, status) = document(arguments);
        for text in wrong(&validator, &document, status) {
            all.push(format!("{arguments:?}\n  {text}"));
        }
        if document["status"] == "error" {
            all.push(format!("{arguments:?}\n  {}", document["error"]["message"]));
        }
        if document["command"] != arguments[0] || document["input"] != arguments[1] {
            all.push(format!("{arguments:?}\n  {} {}", document["command"], document["input"]));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// Every verdict of the schema occurs, so that none is there for nothing.
#[test]
fn verdicts_on_claims_are_those_of_the_schema() {
    let schema = schema();
    let wanted = schema["$defs"]["claim"]["properties"]["verdict"]["enum"].as_array().expect("a list").clone();
    let claims = COMMANDS.iter().filter(|arguments| arguments.contains(&"--claim"));
    let found: Vec<Value> = claims.map(|arguments| answer(arguments)["claim"]["verdict"].clone()).collect();
    // A claim of another shape is an error of the reader, as the program reads it.
    let missing = wanted.iter().filter(|verdict| !found.contains(verdict) && **verdict != "shape_mismatch");
    let missing: Vec<&Value> = missing.collect();
    assert!(missing.is_empty(), "{missing:?} of {found:?}");
}

#[test]
fn every_error_is_a_document_of_the_schema() {
    let validator = jsonschema::draft202012::new(&schema()).expect("the schema can be used");
    let mut all = Vec::new();
    let mut codes = 0;
    for (code, inputs) in common::error_cases() {
        for line in inputs {
            let arguments = common::arguments(line);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let (document, status) = document(&arguments);
            for text in wrong(&validator, &document, status) {
                all.push(format!("{line}\n  {text}"));
            }
            let error = &document["error"];
            let others = error["others"].as_array().cloned().unwrap_or_default();
            if error["code"] != code && others.iter().all(|other| other["code"] != code) {
                all.push(format!("{line}\n  {code} is not in {error}"));
            }
            codes += 1;
        }
    }
    for arguments in [
        &["grad", "x'x"][..],
        &["grad", "x'x", "-w", "y"],
        &["grad", "@/nowhere/at/all", "-w", "x"],
        &["grad", "x'x", "-w", "x", "-d", "@/nowhere/at/all"],
        &["grad", "x'x", "-w", "x", "-d", "A: symetric(n)"],
        &["grad", "x'x", "-w", "x", "--vech"],
        &["jacobian", "A x", "-w", "x", "--view", "trace"],
        &["derivative", "x'x", "-w", "x", "-n", "9"],
        &["jvp", "A x", "-w", "x", "--along", "A"],
        &["solve", "a'x", "-w", "x"],
        &["convexity", "A x", "-w", "x", "-d", "A: matrix(m,n)"],
        &["check", "x'x", "-w", "x", "--claim", "2 x +"],
        &["equal", "A", "x", "-d", "A: matrix(m,n); x: vector(n)"],
        &["simplify", "A x", "--by-rows", "B"],
        &["read", "x +"],
        &["eval", "x'x", "-s", "x=[1 2"],
        &["eval", "inv(A)", "-s", "A=[1 2; 2 4]"],
        &["eval", "x'y", "-s", "x=[1 2]"],
    ] {
        let (document, status) = document(arguments);
        if document["status"] != "error" {
            all.push(format!("{arguments:?}\n  {}", document["status"]));
        }
        all.extend(wrong(&validator, &document, status).iter().map(|text| format!("{arguments:?}\n  {text}")));
    }
    assert!(all.is_empty() && codes > 50, "{codes} codes\n{}", all.join("\n"));
}

#[test]
fn an_error_says_where_it_is() {
    let output = common::run(&["grad", "x'x\n + λ A +", "-w", "x", "-f", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    let document: Value = serde_json::from_slice(&output.stdout).expect("a document");
    let error = &document["error"];
    assert!(message.contains(error["message"].as_str().expect("a text")), "{message}");
    assert!(message.contains(&format!("expression:{}:{}", error["line"], error["column"])), "{message}\n{error}");
    assert_eq!((document["status"].as_str(), error["source"].as_str()), (Some("error"), Some("expression")));

    let error = document_of_error(&["grad", "A x + b'", "-w", "x"]);
    assert_eq!(error["code"], "S0102");
    assert_eq!(error["shapes"], json!(["m×1", "1×p"]));
    let (start, end) = (error["start"].as_u64(), error["end"].as_u64());
    assert!(start < end && error["labels"][0]["start"].as_u64() == start, "{error}");

    let error = document_of_error(&["grad", "x'x"]);
    assert!(error["code"].is_null() && error["start"].is_null(), "{error}");
    assert!(error["help"][0].as_str().is_some_and(|help| help.contains("--wrt x")), "{error}");

    let error = document_of_error(&["check", "x'x", "-w", "x", "--claim", "2x +"]);
    assert_eq!(error["source"], "claim");
    let output = common::run(&["grad", "@/nowhere", "-w", "x", "-f", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("a document");
    assert!(document["input"].is_null(), "{document}");
}

fn document_of_error(arguments: &[&str]) -> Value {
    document(arguments).0["error"].take()
}

/// `.answers[0].result.FORMAT` is what `-f FORMAT` prints.
#[test]
fn a_result_is_what_its_format_prints() {
    for arguments in [
        &["grad", "tr(A X^2 B X^-T)", "-w", "X"][..],
        &["hessian", "log sum exp(A x)", "-w", "x"],
        &["jacobian", "A x .* x", "-w", "x"],
        &["diff", "X^-1", "-w", "X"],
        &["jvp", "X^-1", "-w", "X", "--along", "V"],
        &["taylor", "t^3", "-w", "t"],
        &["derivative", "t^5", "-w", "t", "-n", "2"],
        &["simplify", "tr(A' A)"],
    ] {
        let result = answer(arguments)["result"].take();
        for format in ["ascii", "latex", "numpy"] {
            let output = common::run(&[arguments, &["-f", format]].concat());
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(result[format].as_str(), Some(text.trim_end()), "{arguments:?} {format}");
        }
    }
    // Where there is no matrix the code is still that of the whole array.
    for arguments in [
        &["jacobian", "A X B", "-w", "X"][..],
        &["hessian", "tr(X'A X)", "-w", "X"],
        &["derivative", "||x||^4", "-w", "x", "-n", "3"],
    ] {
        let output = common::run(&[arguments, &["-f", "numpy"]].concat());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(answer(arguments)["result"]["numpy"].as_str(), Some(text.trim_end()), "{arguments:?}");
    }
}

#[test]
fn answers_say_what_their_commands_found() {
    let hessian = document(&["hessian", "x'A y", "-w", "x,y"]).0;
    let blocks: Vec<&Value> = hessian["answers"].as_array().expect("a list").iter().map(|one| &one["wrt"]).collect();
    assert_eq!(blocks, [&json!(["x", "x"]), &json!(["x", "y"]), &json!(["y", "y"])]);
    let views = answer(&["jacobian", "A X B", "-w", "X"])["views"].take();
    assert_eq!(views["kron"]["unicode"], "Bᵀ ⊗ A");
    assert_eq!(views["operator"]["value"]["latex"], "A H B");

    let claim = answer(&["check", "a'x", "-w", "x", "--claim", "x"])["claim"].take();
    assert_eq!((claim["verdict"].as_str(), claim["evidence"].as_str()), (Some("wrong"), None));
    let point = &claim["counterexample"];
    let size = point["sizes"]["n"].as_u64().expect("a size");
    assert_eq!(point["values"]["x"].as_array().map(|x| x.len() as u64), Some(size), "{point}");
    let factor = answer(&["check", "||A x - b||^2", "-w", "x", "--claim", "A'(A x - b)"])["claim"].take();
    assert_eq!(factor["factor"]["fraction"], json!([1, 2]));

    let equal = answer(&["equal", "A B", "B A"]);
    assert_eq!(equal["equality"]["verdict"], "not_equal");
    assert!(equal["check"]["counterexample"]["values"]["A"][0].is_array(), "{equal}");
    let equal = answer(&["equal", "log(x^2)", "2 log x"]);
    assert_eq!(equal["equality"]["domains"][1][0]["unicode"], "x > 0");

    for (expr, wanted) in [
        ("x'A x", json!(27.0)),
        ("A x", json!([5.0, 11.0])),
        ("x'A", json!([7.0, 10.0])),
        ("A A", json!([[7.0, 10.0], [15.0, 22.0]])),
    ] {
        let mut arguments = vec!["eval", expr, "-s", "A=[1 2; 3 4]"];
        arguments.extend(["-s", "x=[1 2]"]);
        assert_eq!(answer(&arguments)["value"], wanted, "{expr}");
    }
    let reading = document(&["read", "1/2n x'x"]).0;
    assert_eq!(reading["answers"][0]["reading"]["unicode"], "((1/(2·n))·xᵀ) x");
    assert!(reading["declarations"][0]["why"]["id"].is_string(), "{reading}");
    let symbol = document(&["grad", "log det X", "-w", "X", "-d", "X: spd(n)"]).0["declarations"][0].take();
    assert_eq!((symbol["kind"].as_str(), symbol["property"].as_str()), (Some("matrix"), Some("positive_definite")));
}

#[test]
fn lines_of_a_text_are_a_document_each() {
    let validator = jsonschema::draft202012::new(&schema()).expect("the schema can be used");
    let output = with_input(&["grad", "-", "-w", "x,y", "-f", "json"], "x'y\nx'x +\n\nx'x + y'y\n".as_bytes());
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.starts_with("error[P0004]") && message.contains("expression:2:"), "{message}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let documents: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a document")).collect();
    assert_eq!(documents.len(), 3, "{text}");
    for (document, (line, status)) in documents.iter().zip([(1, "ok"), (2, "error"), (4, "ok")]) {
        assert!(validator.is_valid(document), "{document}");
        assert_eq!((document["line"].as_u64(), document["status"].as_str()), (Some(line), Some(status)), "{document}");
    }
    assert_eq!(documents[0]["answers"][1]["result"]["unicode"], "x");
    assert_eq!(documents[1]["error"]["line"], 2);

    // One line is a document of one line too.
    let output = with_input(&["equal", "tr(A B)", "-", "-f", "json"], "# a comment\ntr(B A)\n".as_bytes());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.lines().count(), 1, "{text}");
    let document: Value = serde_json::from_str(&text).expect("a document");
    assert_eq!((document["line"].as_u64(), document["other_input"].as_str()), (Some(2), Some("tr(B A)")));
    let output = with_input(&["grad", "-", "-w", "x", "-d", "A: symetric(n)", "-f", "json"], "x'x\na'x".as_bytes());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(validator.is_valid(&serde_json::from_str(&text).expect("a document")), "{text}");
}

#[test]
fn an_answer_of_the_library_has_the_same_document() {
    let f = matcalc::Function::parse("x'A x").expect("it can be read");
    let claim = f.check_claim("x", "2A x").expect("it can be checked").json();
    let claim: Value = serde_json::from_str(&claim).expect("a document");
    assert_eq!(claim, document(&["check", "x'A x", "-w", "x", "--claim", "2A x"]).0);
    let equality = f.equals("x'A' x").expect("it can be read").json();
    assert!(equality.contains("\"verdict\": \"equal\""), "{equality}");
    let gradient: Value = serde_json::from_str(&f.gradient("x").expect("it is there").json()).expect("a document");
    assert_eq!(gradient, document(&["grad", "x'A x", "-w", "x"]).0);
}

#[test]
fn words_have_no_other_format() {
    for arguments in [&["check", "x'x", "-w", "x"][..], &["equal", "x", "x"], &["eval", "1 + 1"]] {
        let output = common::run(&[arguments, &["-f", "latex"]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("its formats are unicode and json"), "{arguments:?}");
    }
}

/// Every object of the schema lists its fields, requires all of them and takes no others.
#[test]
fn the_schema_leaves_nothing_open() {
    fn visit(value: &Value, place: &str, wrong: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                if let Some(fields) = object.get("properties").and_then(Value::as_object)
                    && object.get("type") == Some(&json!("object"))
                {
                    let required = object.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
                    if object.get("additionalProperties") != Some(&json!(false)) {
                        wrong.push(format!("{place} takes other fields"));
                    }
                    for name in fields.keys() {
                        if !required.contains(&json!(name)) {
                            wrong.push(format!("{place}/{name} is not required"));
                        }
                        if name.chars().any(|c| !c.is_ascii_lowercase() && c != '_') {
                            wrong.push(format!("{place}/{name} is not in snake case"));
                        }
                    }
                }
                object.iter().for_each(|(name, inner)| visit(inner, &format!("{place}/{name}"), wrong));
            }
            Value::Array(list) => list.iter().for_each(|inner| visit(inner, place, wrong)),
            _ => {}
        }
    }
    let schema = schema();
    assert!(jsonschema::meta::is_valid(&schema));
    let mut wrong = Vec::new();
    visit(&schema, "", &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let formats: Vec<Value> = matcalc::render::Format::ALL.iter().map(|format| json!(format.name())).collect();
    assert_eq!(schema["$defs"]["texts"]["required"], json!(formats));
}
