//! A thread whose stack is large enough for what recurses on the input's depth.

/// Stack of the thread that works on a problem.
const STACK_BYTES: usize = 512 << 20;

/// Runs the work on a thread whose stack is large enough for the deepest input that the parser accepts; where there are no threads, as on
/// `wasm32`, it runs at once.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if cfg!(target_family = "wasm") {
        return work();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(value)) => value,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => unreachable!("a thread with a large stack can be started: {error}"),
        }
    })
}
