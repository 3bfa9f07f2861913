//! `matcalc graph EXPR --values --adjoints -f svg`

use super::super::format::Format;
use super::super::tape::{NodeText, Writer, value_text};
use super::super::{Page, Picture, Query, Request, about, json, shown};
use super::backprop::{Computation, computation};
use super::note::take_notes;
use crate::backprop::Values;
use crate::diagnostic::{Advice, Suggestion};
use crate::error::Error;
use crate::naming::Limits;
use crate::picture::{self, Edge, Node, Role};
use crate::render;

pub(super) fn run(request: &Request, page: &mut Page) -> Result<(), Error> {
    let Query::Graph { picture, with_values, with_adjoints, values: given, remarks } = &request.query else {
        return Ok(());
    };
    if !matches!(request.format, Format::Unicode | Format::Json) {
        return Err(Error::Message("a graph is drawn as unicode, dot, mermaid or svg; json has its nodes".into()));
    }
    page.is_document = *picture != Picture::Unicode;
    let mut computation = computation(request, given, remarks)?;
    if *with_values && computation.values.is_none() {
        let open = computation.problem.symbols.iter().map(|symbol| &computation.problem.arena.symbol(*symbol).name);
        let open = open.clone().find(|name| !given.iter().any(|(known, _)| known == *name));
        let name = open.map_or("x", String::as_str);
        let help = Advice::from("give each symbol one: ").suggest_bare(Suggestion::setting(name, "…"));
        let help = help.spelled(request.prompt);
        return Err(Error::Message(format!("the nodes have no values to show\n  = help: {help}")));
    }
    let notes = take_notes(&mut computation.problem, &[]);
    let Computation { problem, found, values } = &computation;
    let how = shown::How { limits: Limits::NEVER, ..shown::How::default() };
    let shown = shown::Shown { problem, answer: &found.finished, wrt: None, request, vech: false, notes: &notes, how };
    if request.format == Format::Json {
        page.fail_unless(found.finished.stands());
        page.document(&shown, json::tape(&shown, found, values.as_ref()));
        page.values.clear();
        return Ok(());
    }
    if *with_adjoints {
        shown.warn(page);
    }
    let texts = Writer { problem, found, format: render::Format::Unicode }.nodes();
    let values = values.as_ref().filter(|_| *with_values);
    let drawn = drawn(&computation, &texts, values, *with_adjoints);
    if *picture == Picture::Svg && picture::is_too_large(&drawn) {
        let count = drawn.nodes.len();
        return Err(Error::Message(format!(
            "this graph has {count} nodes and edges too long to be placed here\n  = help: `dot` prints it for Graphviz, which places larger ones\n  = help: name parts of it, `z = W x + b; …`: each name is then one node"
        )));
    }
    if !*with_adjoints || found.finished.stands() {
        match picture {
            Picture::Unicode => picture::text(&drawn).into_iter().for_each(|line| page.line(line)),
            Picture::Dot => page.line(picture::dot(&drawn)),
            Picture::Mermaid => page.line(picture::mermaid(&drawn)),
            Picture::Svg => page.line(picture::svg(&drawn)),
        }
    }
    about::notes(page, &shown, &shown.whole(), request.format);
    page.values.clear();
    Ok(())
}

/// The picture of a computation.
fn drawn(
    computation: &Computation,
    texts: &[NodeText],
    values: Option<&Values>,
    with_adjoints: bool,
) -> picture::Picture {
    let Computation { problem, found, .. } = computation;
    let tape = &found.tape;
    let last = tape.nodes.len() - 1;
    let mut picture = picture::Picture::default();
    for (place, (node, text)) in tape.nodes.iter().zip(texts).enumerate() {
        let role = match (&text.formula, node.is_active) {
            _ if place == last => Role::Result,
            (Some(_), _) => Role::Operation,
            (None, true) => Role::Variable,
            (None, false) => Role::Constant,
        };
        let bar_value = values.and_then(|values| values.bars[place].as_ref());
        let bar = text.bar.as_ref().filter(|_| with_adjoints).map(|(name, formula)| match bar_value {
            Some(value) if formula.parse::<f64>().is_err() => format!("{name} = {formula} = {}", value_text(value)),
            _ => format!("{name} = {formula}"),
        });
        picture.nodes.push(Node {
            role,
            formula: text
                .formula
                .as_ref()
                .map_or_else(|| text.name.clone(), |formula| format!("{} = {formula}", text.name)),
            value: values.map(|values| format!("= {}", value_text(&values.nodes[place]))),
            bar,
        });
        for from in tape.operands(&problem.arena, node) {
            let of = tape.nodes[from].symbol;
            let local = found.locals[place].iter().position(|local| local.of == of).filter(|_| with_adjoints);
            picture.edges.push(Edge {
                from,
                to: place,
                label: local.map(|local| text.locals[local].short.clone()),
                comes_back: local.is_some(),
            });
        }
    }
    picture
}
