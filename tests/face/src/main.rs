//! The example of the library, as a crate of its own would have it.

fn main() -> Result<(), matcalc::Error> {
    let f = matcalc::Function::parse("1/2 ||A x - b||^2 + λ||x||^2")?.declare("λ: positive")?;
    let gradient = f.gradient("x")?;
    println!("{gradient}");
    println!("{}", gradient.latex());
    println!("{}", gradient.numpy()?);
    println!("{}", f.hessian("x")?);
    assert!(gradient.check().passed());

    let mut session = matcalc::Session::new();
    session.run("f(x) := 1/2 x'A x - b'x")?;
    session.run("A: spd(n)")?;
    println!("{}", session.run("latex grad f")?.result());

    let error = matcalc::Function::parse("A x + b'").and_then(|f| f.jacobian("x"));
    println!("{}", error.is_err());
    Ok(())
}
