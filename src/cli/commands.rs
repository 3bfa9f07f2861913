//! A command on each of its expressions: requests made of the arguments, pages and errors to the streams.

use std::time::Instant;

use super::args::{self, Command, Common, Computation, GraphFormat, Messages, Shape, TableFormat, Variable, Written};
use super::exit_code::{FAILED, INPUT, OK};
use super::files::Files;
use super::print::Printer;
use super::standalone::{self, Document};
use super::watch::Terminal;
use super::{input, print, save, settings, stop};
use crate::error::Error;
use crate::interrupt;
use crate::minimize::Options;
use crate::numeric::Precision;
use crate::numeric::io::FileKind;
use crate::problem::{Report, Source};
use crate::request::numbers::{Compare, Data, Minimize, Slope};
use crate::request::{self, AlongKind, CodePart, FormOptions, Format, Line, Page, Query, Request, Role, options};
use crate::statement::lines::Expression;

/// Runs a command on each of its expressions; the largest exit status.
pub(super) fn run(command: &Command, messages: Messages) -> u8 {
    let mut request = request(command);
    let (first, second) = arguments(command);
    let [from_first, from_second] = [Some(first), second].map(|argument| argument.is_some_and(input::is_elsewhere));
    // Documents stand on a line each where there may be several.
    let is_line = from_first || from_second;
    let pairs = match read(command, &mut request) {
        Ok(pairs) => pairs,
        Err(error) => {
            let typed = (!from_first).then_some(first);
            return refuse(&request, [typed, None], is_line, &error, |_| 1, None);
        }
    };
    let several = pairs.len() > 1;
    let output = match output(command, several) {
        Ok(output) => output,
        Err(error) => return refuse(&request, [None, None], is_line, &error, |_| 1, None),
    };
    let files = files(command);
    if let Err(error) = files.are_ready(several) {
        return refuse(&request, [(!from_first).then_some(first), None], is_line, &error, |_| 1, None);
    }
    if matches!(request.query, Query::Minimize(_) | Query::Compare(_) | Query::Slope(_)) {
        stop::while_running();
    }
    if several && let Err(diagnostics) = crate::syntax::parse_declarations(&request.declarations) {
        // An error of all lines is one error.
        let source = Source { origin: "declarations".into(), text: request.declarations.clone() };
        let error = Report { errors: vec![(source, diagnostics)] }.into();
        return refuse(&request, [None, None], is_line, &error, |_| 1, None);
    }
    let printer = Printer::new(messages, request.format);
    // Only a document of its own says more of an answer than its lines.
    request.keeps_facts = written(command).is_some_and(|written| written.standalone);
    let mut document = written(command).is_some_and(|written| written.standalone).then(Document::default);
    let mut status = OK;
    // One expression that is compared with several is not what tells them apart.
    let is_repeated = if several { pairs.windows(2).all(|two| two[0].0 == two[1].0) } else { !from_first };
    for (expression, other) in &pairs {
        let told_apart = other.as_ref().filter(|_| is_repeated).unwrap_or(expression);
        let request = of_pair(&request, expression, other.as_ref(), is_line.then_some(told_apart.line));
        if several && request.format != Format::Json {
            printer.header(told_apart);
        }
        let start = Instant::now();
        let mut watch = Terminal::new(messages);
        let answered = interrupt::stoppable(|| request::answer_watched(&request, &mut watch));
        watch.clear();
        let answer = answered.unwrap_or(Err(Error::Stopped)).and_then(|page| saved(page, output, request.precision));
        let found = match answer {
            Ok(page) => {
                let time = start.elapsed();
                match &mut document {
                    Some(document) => {
                        document.push(&request, &page);
                        printer.about(&page);
                    }
                    None => printer.page(&page),
                }
                printer.details(&request, &page, time);
                match files.write(&page, request.precision) {
                    Ok(()) if page.failed => FAILED,
                    Ok(()) => OK,
                    Err(error) => {
                        print::error(&error, |_| 1, None);
                        INPUT
                    }
                }
            }
            Err(error) => {
                let first_line = |origin: &str| match (origin, other) {
                    ("expression" | "first expression", _) => expression.line,
                    ("second expression" | "claim", Some(other)) => other.line,
                    _ => 1,
                };
                let line = several.then_some(told_apart.line);
                let inputs = [Some(request.expression.as_str()), request.query.other_text()];
                refuse(&request, inputs, is_line, &error, first_line, line)
            }
        };
        status = status.max(found);
    }
    if let Some(text) = document.and_then(Document::text) {
        print::line(&text);
    }
    status
}

/// The file that a value is written to, and how.
fn output(command: &Command, several: bool) -> Result<Option<(&str, FileKind)>, Error> {
    let Command::Eval(args) = command else { return Ok(None) };
    let Some(path) = &args.output else { return Ok(None) };
    let why = match args.format {
        Format::Json => "a value in a file is no part of a JSON document",
        _ if several => "a file takes one value, and there are several expressions",
        _ => return Ok(Some((path, save::kind(path)?))),
    };
    Err(Error::Message(format!("{why}\n  = help: leave out one of the two, or give each expression a file of its own")))
}

/// The page, after its value has been written to the file that it is for.
fn saved(mut page: Page, output: Option<(&str, FileKind)>, precision: Precision) -> Result<Page, Error> {
    if let (Some((path, kind)), Some(value)) = (output, &page.value) {
        save::value(path, kind, value, precision)?;
        page.lines.insert(0, Line { text: save::remark(path, value), role: Role::About });
    }
    Ok(page)
}

/// Says why there is no answer: on standard error, and with `-f json` in a document too.
fn refuse(
    request: &Request,
    inputs: [Option<&str>; 2],
    is_line: bool,
    error: &Error,
    first_line: impl Fn(&str) -> usize,
    line: Option<usize>,
) -> u8 {
    if request.format == Format::Json {
        let document = request::failure_json(request, inputs, error, &first_line);
        print::line(&request::json_text(&document, is_line));
    }
    print::error(error, first_line, line);
    INPUT
}

/// Reads the texts of a command: the declarations and values of its request, and its expressions.
fn read(command: &Command, request: &mut Request) -> Result<Vec<(Expression, Option<Expression>)>, Error> {
    standalone::check(written(command))?;
    request.declarations = input::declarations(common(command).map_or(&[], |common| &common.decl))?;
    let (first, second) = arguments(command);
    let first = input::expressions(first)?;
    let second = second.map(input::expressions).transpose()?;
    match (&mut request.query, command) {
        (query @ (Query::Eval { .. } | Query::Backprop { .. } | Query::Graph { .. }), command) => {
            for setting in settings_of(command) {
                settings::set(setting, &request.declarations, query)?;
            }
        }
        (Query::Minimize(asked), Command::Minimize(args)) => {
            settings::all(&args.set, &request.declarations, &mut asked.data)?;
            settings::all(&args.start, &request.declarations, &mut asked.starts)?;
        }
        (Query::Slope(asked), Command::Check(args)) => {
            settings::all(&args.slope.set, &request.declarations, &mut asked.data)?;
        }
        _ => {}
    }
    for setting in variable(command).map_or(&[][..], |variable| &variable.set) {
        let values = || Query::Eval { values: Vec::new(), families: Vec::new(), remarks: Vec::new() };
        settings::set(setting, &request.declarations, request.at.get_or_insert_with(values))?;
    }
    if let (Query::Plan { sizes, .. }, Command::Plan(args)) = (&mut request.query, command) {
        *sizes = args.sizes.iter().map(|text| settings::size(text)).collect::<Result<_, _>>()?;
    }
    if let Command::Code(args) = command
        && let Some((lang, format)) = args.lang.zip(args.format)
        && let Some(other) = format.language().filter(|other| *other != lang)
    {
        let (one, other) = (lang.name(), other.name());
        return Err(Error::Message(format!(
            "two languages are asked for, {one} and {other}\n  = help: name one, with --lang"
        )));
    }
    let is_in_words = matches!(
        request.query,
        Query::Check { .. }
            | Query::Equal { .. }
            | Query::Eval { .. }
            | Query::Minimize(_)
            | Query::Compare(_)
            | Query::Slope(_)
    );
    if is_in_words && !matches!(request.format, Format::Unicode | Format::Json) {
        return Err(Error::Message(format!(
            "`{}` has no formula to print\n  = help: its formats are unicode and json",
            request.query.name()
        )));
    }
    pairs(first, second)
}

/// The request about one of several expressions, and what it is compared with.
fn of_pair(request: &Request, expression: &Expression, other: Option<&Expression>, line: Option<usize>) -> Request {
    let mut request = Request { expression: expression.text.clone(), line, ..request.clone() };
    if let Some(other) = other {
        match &mut request.query {
            Query::Check { claim } => *claim = Some(other.text.clone()),
            Query::Equal { other: text } => text.clone_from(&other.text),
            Query::Slope(asked) => asked.claim = Some(other.text.clone()),
            _ => {}
        }
    }
    request
}

/// The expressions with those that they are compared with, each with its own or all with one.
fn pairs(
    first: Vec<Expression>,
    second: Option<Vec<Expression>>,
) -> Result<Vec<(Expression, Option<Expression>)>, Error> {
    let Some(second) = second else { return Ok(first.into_iter().map(|one| (one, None)).collect()) };
    let (here, there) = (first.len(), second.len());
    if here == 1 {
        let repeated = std::iter::repeat_n(first[0].clone(), there);
        return Ok(repeated.zip(second.into_iter().map(Some)).collect());
    }
    if there == 1 {
        return Ok(first.into_iter().map(|one| (one, Some(second[0].clone()))).collect());
    }
    if here != there {
        return Err(Error::Message(format!(
            "{here} expressions cannot be paired with {there}\n  = help: give as many on both sides, or one on either side"
        )));
    }
    Ok(first.into_iter().zip(second.into_iter().map(Some)).collect())
}

/// The arguments that are expressions: the one that may be one of several, and what it is compared with.
fn arguments(command: &Command) -> (&str, Option<&str>) {
    match command {
        Command::Check(args) => (&args.expr, args.claim.as_deref()),
        Command::Simplify(args) => (&args.expr, None),
        Command::Read(args) => (&args.expr, None),
        Command::Equal(args) => (&args.left, Some(&args.right)),
        Command::Eval(args) => (&args.expr, None),
        Command::Code(args) => (&args.expr, None),
        Command::Plan(args) => (&args.expr, None),
        Command::Minimize(args) => (&args.expr, None),
        Command::Compare(args) => (&args.expr, None),
        _ if computation(command).is_some() => (computation(command).map_or("", |computation| &computation.expr), None),
        _ => (variable(command).map_or("", |variable| &variable.expr), None),
    }
}

/// The request that the arguments of a command make, but for its texts.
fn request(command: &Command) -> Request {
    let of = |query| Request::new(query, "");
    match command {
        Command::Grad(args) => of_variable(&args.variable, Query::Gradient { vech: args.vech }),
        Command::Check(args) => Request {
            wrt: args.wrt.iter().cloned().collect(),
            format: args.format,
            seed: args.random.seed,
            ..of(check(args))
        },
        Command::Simplify(args) => Request {
            format: args.written.format,
            form: form(&args.shape),
            is_checked: !args.checking.no_check,
            seed: args.checking.random.seed,
            identities: args.identities,
            ..of(Query::Simplify)
        },
        Command::Read(args) => Request { wrt: args.wrt.clone(), format: args.written.format, ..of(Query::Read) },
        Command::Equal(args) => {
            Request { format: args.format, seed: args.random.seed, ..of(Query::Equal { other: args.right.clone() }) }
        }
        Command::Eval(args) => {
            let query = Query::Eval { values: Vec::new(), families: Vec::new(), remarks: Vec::new() };
            let (keeps_value, precision) = (args.output.is_some(), args.precision);
            Request { format: args.format, keeps_value, precision, ..of(query) }
        }
        Command::Plan(args) => Request {
            wrt: args.wrt.clone(),
            format: args.format,
            ..of(Query::Plan { sizes: Vec::new(), hessian: args.hessian, checkpoints: args.checkpoint })
        },
        Command::Code(args) => Request {
            wrt: args.wrt.clone(),
            format: code_format(args),
            is_checked: !args.checking.no_check,
            seed: args.checking.random.seed,
            ..of(Query::Code { parts: distinct(&args.of), name: args.name.clone(), language: args.lang })
        },
        Command::Diff(args) => of_variable(&args.variable, Query::Differential { order: args.order }),
        Command::Jacobian(args) => of_variable(&args.variable, Query::Jacobian { view: args.view }),
        Command::Hessian(args) => of_variable(&args.variable, Query::Hessian { view: args.view }),
        Command::Derivative(args) => of_variable(&args.variable, Query::Derivative { order: args.order }),
        Command::Jvp(args) => along(&args.variable, AlongKind::Jvp, &args.along),
        Command::Vjp(args) => along(&args.variable, AlongKind::Vjp, &args.along),
        Command::Hvp(args) => along(&args.variable, AlongKind::Hvp, &args.along),
        Command::Taylor(args) => of_variable(&args.variable, Query::Taylor { order: args.order }),
        Command::Minimize(args) => Request {
            wrt: args.wrt.clone(),
            format: args.format,
            seed: args.random.seed,
            precision: args.precision,
            ..of(Query::Minimize(Box::new(minimize(args))))
        },
        Command::Compare(args) => Request {
            wrt: args.wrt.clone(),
            format: if args.format == TableFormat::Json { Format::Json } else { Format::Unicode },
            seed: args.random.seed,
            precision: args.precision,
            ..of(Query::Compare(Box::new(Compare {
                sizes: args.sizes.clone(),
                runs: args.runs,
                hessian: args.hessian,
                checkpoints: args.checkpoint,
                csv: args.format == TableFormat::Csv,
            })))
        },
        Command::Solve(args) => of_variable(&args.variable, Query::Solve { subject_to: constraints(&args.subject_to) }),
        Command::Convexity(args) => of_variable(args, Query::Convexity),
        Command::Graph(args) => Request {
            format: if args.format == GraphFormat::Json { Format::Json } else { Format::Unicode },
            ..of_computation(
                &args.computation,
                Query::Graph {
                    picture: args.format.picture(),
                    with_values: args.values,
                    with_adjoints: args.adjoints,
                    values: Vec::new(),
                    remarks: Vec::new(),
                },
            )
        },
        Command::Backprop(args) => Request {
            format: args.written.format,
            ..of_computation(&args.computation, Query::Backprop { values: Vec::new(), remarks: Vec::new() })
        },
    }
}

/// The format of a function: the language, unless a document is asked for.
fn code_format(args: &args::Code) -> Format {
    args.format.or(args.lang.map(Format::of_language)).unwrap_or(Format::Numpy)
}

fn of_computation(args: &Computation, query: Query) -> Request {
    Request {
        wrt: args.wrt.clone(),
        is_checked: !args.checking.no_check,
        seed: args.checking.random.seed,
        ..Request::new(query, "")
    }
}

/// What the commands for computations take.
fn computation(command: &Command) -> Option<&Computation> {
    match command {
        Command::Backprop(args) => Some(&args.computation),
        Command::Graph(args) => Some(&args.computation),
        _ => None,
    }
}

/// The values that are given.
fn settings_of(command: &Command) -> &[String] {
    match command {
        Command::Eval(args) => &args.set,
        _ => computation(command).map_or(&[], |computation| &computation.set),
    }
}

fn check(args: &args::Check) -> Query {
    let slope = &args.slope;
    if !slope.slope {
        return Query::Check { claim: args.claim.clone() };
    }
    Query::Slope(Box::new(Slope {
        claim: args.claim.clone(),
        function: slope.python.clone(),
        gradient: slope.python_gradient.clone(),
        sizes: slope.sizes.clone(),
        data: Data::default(),
    }))
}

fn minimize(args: &args::Minimize) -> Minimize {
    let defaults = options::options_of(args.method, args.precision);
    Minimize {
        options: Options {
            rate: args.rate,
            momentum: args.momentum,
            tolerance: args.tol.unwrap_or(defaults.tolerance),
            change: args.tol_change,
            target: args.target,
            iterations: args.max_iter.unwrap_or(defaults.iterations),
            ..defaults
        },
        way: args.derivatives,
        checkpoints: args.checkpoint,
        data: Data::default(),
        starts: Data::default(),
        nonnegative: args.nonnegative.clone(),
        compare: args.sizes.clone().filter(|_| args.compare).map(|sizes| (sizes, args.runs)),
    }
}

/// The files that a command writes.
fn files(command: &Command) -> Files {
    match command {
        Command::Minimize(args) => {
            Files { results: args.output.clone(), trace: args.trace.clone(), plot: args.plot.clone() }
        }
        Command::Compare(args) => Files { plot: args.plot.clone(), ..Files::default() },
        Command::Check(args) => Files { plot: args.slope.plot.clone(), ..Files::default() },
        _ => Files::default(),
    }
}

fn of_variable(args: &Variable, query: Query) -> Request {
    Request {
        wrt: args.wrt.clone(),
        format: args.written.format,
        steps: args.steps,
        form: form(&args.shape),
        is_checked: !args.checking.no_check,
        seed: args.checking.random.seed,
        precision: args.precision,
        ..Request::new(query, "")
    }
}

/// The constraints of all options as one text.
fn constraints(given: &[String]) -> Option<String> {
    (!given.is_empty()).then(|| given.join("; "))
}

fn along(args: &Variable, kind: AlongKind, direction: &str) -> Request {
    of_variable(args, Query::Along { kind, direction: direction.to_owned() })
}

/// Each part once.
fn distinct(parts: &[CodePart]) -> Vec<CodePart> {
    let mut all = Vec::new();
    for part in parts {
        if !all.contains(part) {
            all.push(*part);
        }
    }
    all
}

fn form(shape: &Shape) -> FormOptions {
    FormOptions { name_parts: shape.name_parts, vectorize: shape.vectorize, by_rows: shape.by_rows.clone() }
}

/// What the commands for derivatives take.
fn variable(command: &Command) -> Option<&Variable> {
    match command {
        Command::Grad(args) => Some(&args.variable),
        Command::Diff(args) => Some(&args.variable),
        Command::Jacobian(args) => Some(&args.variable),
        Command::Hessian(args) => Some(&args.variable),
        Command::Derivative(args) => Some(&args.variable),
        Command::Jvp(args) | Command::Vjp(args) | Command::Hvp(args) => Some(&args.variable),
        Command::Taylor(args) => Some(&args.variable),
        Command::Solve(args) => Some(&args.variable),
        Command::Convexity(args) => Some(args),
        Command::Check(_)
        | Command::Simplify(_)
        | Command::Read(_)
        | Command::Equal(_)
        | Command::Eval(_)
        | Command::Plan(_)
        | Command::Minimize(_)
        | Command::Compare(_)
        | Command::Graph(_)
        | Command::Backprop(_)
        | Command::Code(_) => None,
    }
}

/// How the result is written, where the command has a choice.
fn written(command: &Command) -> Option<Written> {
    match command {
        Command::Simplify(args) => Some(args.written),
        Command::Read(args) => Some(args.written),
        Command::Backprop(args) => Some(args.written),
        _ => variable(command).map(|variable| variable.written),
    }
}

/// The options that every command has.
fn common(command: &Command) -> Option<&Common> {
    match command {
        Command::Check(args) => Some(&args.common),
        Command::Simplify(args) => Some(&args.common),
        Command::Read(args) => Some(&args.common),
        Command::Equal(args) => Some(&args.common),
        Command::Eval(args) => Some(&args.common),
        Command::Code(args) => Some(&args.common),
        Command::Plan(args) => Some(&args.common),
        Command::Minimize(args) => Some(&args.common),
        Command::Compare(args) => Some(&args.common),
        _ => {
            let computation = computation(command).map(|computation| &computation.common);
            computation.or_else(|| variable(command).map(|variable| &variable.common))
        }
    }
}
