//! Work stops when it is asked to. The request is one for the whole process, so that this test has one of its own.

use matcalc::Session;

#[test]
fn work_stops_when_it_is_asked_to() {
    let mut session = Session::new();
    session.run("X: matrix(m,n)").expect("a declaration");
    let result = std::thread::scope(|scope| {
        let work = scope.spawn(|| session.run("derivative log det(X'X) wrt X order 8"));
        // A request before the work has begun is forgotten, so that it is made again and again.
        while !work.is_finished() {
            matcalc::interrupt::stop();
            std::thread::yield_now();
        }
        work.join().expect("no panic")
    });
    assert_eq!(result.expect_err("it takes minutes"), matcalc::Error::Stopped);
    assert_eq!(session.run("grad tr(X'X) wrt X").expect("an answer").result(), "2X");
}
