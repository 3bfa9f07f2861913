//! Labels between the quotes of a format.

/// For XML.
pub(super) fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// For DOT.
pub(super) fn dot(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// For Mermaid, which has entities of its own.
pub(super) fn mermaid(text: &str) -> String {
    text.replace('#', "#35;").replace('&', "#amp;").replace('<', "#lt;").replace('>', "#gt;").replace('"', "#quot;")
}
