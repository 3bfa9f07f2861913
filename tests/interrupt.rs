//! Work stops when it is asked to. The request is one for the whole process, so that this test has one of its own.

use matcalc::Session;

#[test]
fn work_stops_when_it_is_asked_to() {
    let mut session = Session::new();
    session.run("X: matrix(m,n)").expect("a declaration");
    let stop = std::thread::spawn(|| {
        std::thread::sleep(std::time::Duration::from_millis(200));
        matcalc::interrupt::stop();
    });
    let error = session.run("derivative log det(X'X) wrt X order 8").expect_err("it takes minutes");
    assert_eq!(error, matcalc::Error::Stopped);
    stop.join().expect("no panic");
    assert_eq!(session.run("grad tr(X'X) wrt X").expect("an answer").result(), "2X");
}
