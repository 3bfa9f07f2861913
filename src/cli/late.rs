//! Arguments of a command, defined when the command is asked for: of the many commands a run needs one.

use clap::builder::{Resettable, StyledStr};
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

use super::examples::examples;

/// The arguments of a command.
#[derive(Clone, Debug)]
pub(super) struct Late<A>(A);

impl<A> std::ops::Deref for Late<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.0
    }
}

impl<A: Args> Args for Late<A> {
    fn augment_args(command: Command) -> Command {
        command.defer(defined::<A>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.defer(defined::<A>)
    }
}

impl<A: FromArgMatches> FromArgMatches for Late<A> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches(matches).map(Self)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches_mut(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// The command with its own arguments before those that it shares with all commands, and with its examples.
fn defined<A: Args>(command: Command) -> Command {
    let shared = command.get_arguments().count();
    let (about, long_about) = (command.get_about().cloned(), command.get_long_about().cloned());
    let examples = StyledStr::from(examples(command.get_styles(), command.get_name()));
    let mut all = Vec::new();
    let mut command = A::augment_args(command).mut_args(|argument| {
        all.push(argument);
        Arg::default()
    });
    all.rotate_left(shared);
    let mut all = all.into_iter();
    command = command.mut_args(|_| all.next().unwrap_or_default());
    // What the arguments' own structures say of themselves is not for readers.
    let reset = |text: Option<StyledStr>| text.map_or(Resettable::Reset, Resettable::Value);
    command.about(reset(about)).long_about(reset(long_about)).after_help(examples)
}
