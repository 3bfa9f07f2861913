//! Where the prompt keeps its history and finds its first statements.

use std::path::PathBuf;

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn home() -> Option<PathBuf> {
    variable("HOME").or_else(|| variable("USERPROFILE"))
}

/// The file of the history, in the platform's directory for state: `$XDG_STATE_HOME/matcalc`, `~/Library/Application Support/matcalc`,
/// `%LOCALAPPDATA%\matcalc`. `MATCALC_HISTORY` names another.
pub(super) fn history() -> Option<PathBuf> {
    if let Some(path) = variable("MATCALC_HISTORY") {
        return Some(path);
    }
    let directory = if cfg!(windows) {
        variable("LOCALAPPDATA")?
    } else if let Some(state) = variable("XDG_STATE_HOME") {
        state
    } else if cfg!(target_os = "macos") {
        home()?.join("Library/Application Support")
    } else {
        home()?.join(".local/state")
    };
    Some(directory.join("matcalc").join("history"))
}

/// The file of statements that are run first: `$XDG_CONFIG_HOME/matcalc/init.mc`, `%APPDATA%\matcalc\init.mc`. `MATCALC_INIT` names another.
pub(super) fn init() -> Option<PathBuf> {
    if let Some(path) = variable("MATCALC_INIT") {
        return Some(path);
    }
    let directory = if cfg!(windows) {
        variable("APPDATA")?
    } else if let Some(config) = variable("XDG_CONFIG_HOME") {
        config
    } else {
        home()?.join(".config")
    };
    Some(directory.join("matcalc").join("init.mc"))
}
