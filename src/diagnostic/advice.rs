//! Advice: words with what can be typed between them, which a shell and a session spell differently.

use std::fmt::{self, Write};

/// Where what is advised is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prompt {
    /// A shell's: `matcalc grad 'f' -w x -d 'A: spd(n)'`.
    #[default]
    Shell,
    /// A session's: `grad f wrt x`, `A: spd(n)`.
    Session,
}

/// What can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// `A: symmetric(n)`; with the quote that a shell gets it in.
    Declaration(String, char),
    /// A value by its name.
    Setting(String, String),
    /// A command, with the expression and the variable that it is given.
    Command(&'static str, Option<(String, String)>),
    /// A check of a claimed gradient: the expression, the variable, the claim.
    Claim([String; 3]),
}

impl Suggestion {
    /// A declaration.
    pub fn declaration(text: impl Into<String>) -> Self {
        Self::Declaration(text.into(), '\'')
    }

    /// A declaration of a word, in double quotes.
    pub fn declared_word(word: &str, kind: &str) -> Self {
        Self::Declaration(format!("{word}: {kind}"), '"')
    }

    /// A value that is given to a name.
    pub fn setting(name: &str, value: &str) -> Self {
        Self::Setting(name.to_owned(), value.to_owned())
    }

    /// A command that asks for something of an expression by a variable.
    pub fn question(command: &'static str, expression: &str, variable: &str) -> Self {
        Self::Command(command, Some((expression.to_owned(), variable.to_owned())))
    }

    /// A check of a claimed gradient.
    pub fn claim(expression: &str, variable: &str, claim: &str) -> Self {
        Self::Claim([expression, variable, claim].map(str::to_owned))
    }

    /// How it is typed there.
    fn spelled(&self, prompt: Prompt) -> String {
        match (self, prompt) {
            (Self::Declaration(text, quote), Prompt::Shell) => format!("-d {quote}{text}{quote}"),
            (Self::Declaration(text, _), Prompt::Session) => text.clone(),
            (Self::Setting(name, value), Prompt::Shell) if value.chars().all(char::is_alphanumeric) => {
                format!("--set {name}={value}")
            }
            (Self::Setting(name, value), Prompt::Shell) => format!("--set '{name}={value}'"),
            (Self::Setting(name, value), Prompt::Session) => format!("{name} = {value}"),
            (Self::Command(name, None), Prompt::Shell) => format!("matcalc {name}"),
            (Self::Command(name, None), Prompt::Session) => (*name).to_owned(),
            (Self::Command(name, Some((expression, variable))), Prompt::Shell) => {
                let quote = if expression.contains('\'') { '"' } else { '\'' };
                let around = if variable.contains(['\\', '{']) { "'" } else { "" };
                format!("matcalc {name} {quote}{expression}{quote} -w {around}{variable}{around}")
            }
            (Self::Command(name, Some((expression, variable))), Prompt::Session) => {
                // What is defined in the session need not be defined again.
                let alone = expression.split("\nwhere ").next().unwrap_or(expression);
                format!("{name} {alone} wrt {variable}")
            }
            (Self::Claim([expression, variable, claim]), Prompt::Shell) => {
                let quote = if claim.contains('\'') { '"' } else { '\'' };
                let question = Self::question("check", expression, variable).spelled(prompt);
                format!("{question} --claim {quote}{claim}{quote}")
            }
            (Self::Claim([expression, variable, claim]), Prompt::Session) => {
                format!("check {expression} wrt {variable} claim {claim}")
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    /// Words about options, of which a session has none.
    InShell(&'static str),
    /// Between backquotes.
    Quoted(Suggestion),
    /// Between backquotes in a session alone.
    Bare(Suggestion),
}

/// What is advised. `Display` spells it for a shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    pieces: Vec<Piece>,
}

impl Advice {
    fn with(mut self, piece: Piece) -> Self {
        self.pieces.push(piece);
        self
    }

    /// Adds words.
    #[must_use]
    pub fn words(self, words: impl Into<String>) -> Self {
        self.with(Piece::Words(words.into()))
    }

    /// Adds words that only a shell needs, such as the name of an option.
    #[must_use]
    pub fn in_shell(self, words: &'static str) -> Self {
        self.with(Piece::InShell(words))
    }

    /// Adds what can be typed, between backquotes.
    #[must_use]
    pub fn suggest(self, suggestion: Suggestion) -> Self {
        self.with(Piece::Quoted(suggestion))
    }

    /// Adds what can be typed, for a shell without backquotes.
    #[must_use]
    pub fn suggest_bare(self, suggestion: Suggestion) -> Self {
        self.with(Piece::Bare(suggestion))
    }

    /// The advice as it is shown there.
    #[must_use]
    pub fn spelled(&self, prompt: Prompt) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Words(words) => text.push_str(words),
                Piece::InShell(words) if prompt == Prompt::Shell => text.push_str(words),
                Piece::InShell(_) => {}
                Piece::Bare(suggestion) if prompt == Prompt::Shell => text.push_str(&suggestion.spelled(prompt)),
                Piece::Quoted(suggestion) | Piece::Bare(suggestion) => {
                    // Writing to a string does not fail.
                    let _ = write!(text, "`{}`", suggestion.spelled(prompt));
                }
            }
        }
        text
    }

    /// The same advice for one place alone.
    #[must_use]
    pub fn only_for(&self, prompt: Prompt) -> Self {
        self.spelled(prompt).into()
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelled(Prompt::Shell))
    }
}

impl From<String> for Advice {
    fn from(words: String) -> Self {
        Self::default().words(words)
    }
}

impl From<&str> for Advice {
    fn from(words: &str) -> Self {
        Self::default().words(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(advice: &Advice, shell: &str, session: &str) {
        assert_eq!(advice.to_string(), shell);
        assert_eq!(advice.spelled(Prompt::Session), session);
    }

    #[test]
    fn a_shell_and_a_session_spell_it_differently() {
        let declared =
            Advice::from("declare it: ").suggest(Suggestion::declared_word("eps", "vector(n)")).words(", or not");
        check(&declared, "declare it: `-d \"eps: vector(n)\"`, or not", "declare it: `eps: vector(n)`, or not");
        let named = Advice::from("declare it").in_shell(" with `-d`").words(", as in ");
        let named = named.suggest(Suggestion::declaration("x in R^n"));
        check(&named, "declare it with `-d`, as in `-d 'x in R^n'`", "declare it, as in `x in R^n`");
        check(
            &Advice::from("give one: ").suggest_bare(Suggestion::setting("A", "…")),
            "give one: --set 'A=…'",
            "give one: `A = …`",
        );
        check(&Advice::default().suggest_bare(Suggestion::setting("n", "3")), "--set n=3", "`n = 3`");
        check(&Advice::from("or ").suggest(Suggestion::Command("equal", None)), "or `matcalc equal`", "or `equal`");
    }

    #[test]
    fn claims() {
        check(
            &Advice::default().suggest(Suggestion::claim("x'A x", "x", "A x + A' x")),
            "`matcalc check \"x'A x\" -w x --claim \"A x + A' x\"`",
            "`check x'A x wrt x claim A x + A' x`",
        );
    }

    #[test]
    fn what_a_session_defines_is_not_defined_again() {
        check(
            &Advice::default().suggest(Suggestion::question("grad", "f\nwhere f(x) = x'x", "\\theta")),
            "`matcalc grad \"f\nwhere f(x) = x'x\" -w '\\theta'`",
            "`grad f wrt \\theta`",
        );
    }
}
