//! Colors: when they are used, and the few words that have one.

use anstream::ColorChoice;
use clap::ValueEnum as _;
use clap::builder::styling::{AnsiColor, Style};

use super::args::Color;

/// Takes `--color` from the arguments before they are parsed, so that messages about them obey it too. Without it `NO_COLOR`,
/// `CLICOLOR_FORCE` and `CLICOLOR` decide, then whether the stream is a terminal.
pub(super) fn choose(arguments: &[String]) {
    let options = arguments.iter().take_while(|argument| *argument != "--");
    let values = options.enumerate().filter_map(|(place, argument)| match argument.strip_prefix("--color")? {
        "" => arguments.get(place + 1).map(String::as_str),
        rest => rest.strip_prefix('='),
    });
    match values.last().and_then(|value| Color::from_str(value, false).ok()) {
        None | Some(Color::Auto) => {}
        Some(Color::Always) => ColorChoice::Always.write_global(),
        Some(Color::Never) => ColorChoice::Never.write_global(),
    }
}

/// Whether what is printed to standard output has colors.
pub(super) fn is_on() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

/// What a line may begin with, and how that is painted.
const PAINTED: &[(&str, Style)] = &[
    ("✓", AnsiColor::Green.on_default()),
    ("✗", AnsiColor::Red.on_default()),
    ("note:", AnsiColor::Yellow.on_default()),
    ("error:", AnsiColor::BrightRed.on_default().bold()),
];

/// The text with what its lines begin with in color. The streams take colors out where they are not wanted.
pub(super) fn paint(text: &str) -> String {
    let line = |line: &str| match PAINTED.iter().find(|(start, _)| line.starts_with(start)) {
        Some((start, style)) => format!("{style}{start}{style:#}{}", &line[start.len()..]),
        None => line.to_owned(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}
