//! Values from files and to files: `eval --set A=FILE`, `eval -o FILE`.

use super::common::program::{run, status, stderr, stdout};
use super::common::scratch::Folder;

/// A `.npy` file.
fn npy(descr: &str, is_fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if is_fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).expect("a short header").to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(data);
    bytes
}

fn doubles(values: impl IntoIterator<Item = f64>) -> Vec<u8> {
    values.into_iter().flat_map(f64::to_le_bytes).collect()
}

/// The value of an expression, given a file and options.
#[track_caller]
fn value(expression: &str, name: &str, file: impl AsRef<[u8]>, more: &[&str], wanted: &str) {
    let folder = Folder::new();
    let setting = format!("A={}", folder.file(name, file).display());
    let output = run(&[&["eval", expression, "--set", &setting], more].concat());
    status(&output, 0);
    assert_eq!(stdout(&output).trim_end(), wanted, "{expression} of {name}");
}

#[test]
fn arrays_of_every_kind_are_read() {
    let six = doubles([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    value("A", "A.npy", npy("<f8", false, "(2, 3)", &six), &[], "[1 2 3;\n 4 5 6]");
    value("A", "A.NPY", npy("<f8", true, "(2, 3)", &six), &[], "[1 3 5;\n 2 4 6]");
    value("A", "A.npy", npy("<f8", false, "(6,)", &six), &[], "[1 2 3 4 5 6]");
    value("A'A", "A.npy", npy("<f8", false, "(6,)", &six), &[], "91");
    value("2A", "A.npy", npy("<f8", false, "()", &six[..8]), &[], "2");
    value("A", "A.npy", npy(">i2", false, "(2, 1)", &[0, 7, 255, 255]), &[], "[7 -1]");
    value("A", "A.npy", npy("<f4", false, "(2,)", &[0, 0, 192, 63, 0, 0, 0, 191]), &[], "[1.5 -0.5]");
    value("A", "A.npy", npy("|b1", false, "(2,)", &[1, 0]), &[], "[1 0]");
    value("A", "A.csv", "x,y\n1,2\n3,4\n", &[], "[1 2;\n 3 4]");
    value("A", "A.txt", "# by rows\n1.0e+00 2.0e+00\n3.0e+00 4.0e+00\n", &[], "[1 2;\n 3 4]");
    value("A", "A.txt", "1\n2\n3\n", &[], "[1 2 3]");
}

#[test]
fn a_row_is_a_matrix_where_one_is_declared() {
    for (arguments, wanted) in [
        (&["A A'", "-s", "A=[1 2 3]", "-d", "A: matrix(m,n)"][..], "14"),
        (&["A A'", "-s", "A=[[1, 2, 3]]", "-d", "A: matrix(1,3)"], "14"),
        (&["A X", "-s", "A=[1 2 sqrt(9)]", "-s", "X=[1 2;3 4;5 7]", "-d", "A: matrix(p,m); X: matrix(m,n)"], "[22 31]"),
        (&["A'A", "-s", "A=[1;2;3]", "-d", "A: matrix(m,n)"], "14"),
        (&["a'a", "-s", "a=[1 2 3]"], "14"),
    ] {
        let output = run(&[&["eval"], arguments].concat());
        assert_eq!(stdout(&output).trim_end(), wanted, "{arguments:?} {}", stderr(&output));
    }
}

/// One row or column has one singular value; what is left of the others is rounding, however small all of it is.
#[test]
fn second_derivatives_of_the_spectral_norm_of_one_column() {
    for setting in ["X=[1.3;0.7;2.1]", "X=[1.3 0.7 2.1]"] {
        let output = run(&["check", "||X||_2", "-w", "X", "--slope", "-s", setting, "-d", "X: matrix(m,n)"]);
        assert!(stdout(&output).contains("the remainders fall with the slopes 1, 2, 3"), "{}", stdout(&output));
        status(&output, 0);
    }
}

#[test]
fn three_axes_are_a_family_of_matrices() {
    let twelve = doubles((1..=12).map(f64::from));
    let declared = &["-d", "A: family(3) of matrix(2,2)"];
    let sum = "sum_{i=1}^3 i A_i";
    value(sum, "A.npy", npy("<f8", false, "(3, 2, 2)", &twelve), declared, "[38 44;\n 50 56]");
    // The same array, its first axis the fastest.
    let order = [1, 5, 9, 3, 7, 11, 2, 6, 10, 4, 8, 12].map(f64::from);
    value(sum, "A.npy", npy("<f8", true, "(3, 2, 2)", &doubles(order)), declared, "[38 44;\n 50 56]");
    let generic = &["-d", "A: family(k) of matrix(n,n)"];
    value("tr(A_2) + k + 10n", "A.npy", npy("<f8", false, "(3, 2, 2)", &twelve), generic, "36");
    value(
        "sum_i x_i'A'x_i",
        "A.npy",
        npy("<f8", false, "(1, 1)", &twelve[..8]),
        &["--set", "x=[2 3]", "-d", "x: family(2) of vector(1)"],
        "13",
    );
}

#[test]
fn files_of_any_length_are_read() {
    let n: u32 = 1_600;
    let entries = doubles((0..n * n).map(f64::from));
    assert!(entries.len() > 16 << 20);
    let file = npy("<f8", false, &format!("({n}, {n})"), &entries);
    let last = f64::from(n * n - 1);
    value(
        &format!("A_{{{n},{n}}} + A_{{1,2}} - A_{{2,1}}"),
        "A.npy",
        file,
        &[],
        &(last + 1.0 - f64::from(n)).to_string(),
    );
    let text: String = (0..3_000_000).map(|at| format!("{at}.5\n")).collect();
    value("max(A)", "A.csv", text, &[], "2999999.5");
}

#[test]
fn doubles_are_the_same_wherever_they_lie() {
    let (rows, cols) = (400_u32, 500_u32);
    let entry = |row: u32, col: u32| f64::from(row) - 0.5 * f64::from(col);
    let by_rows = doubles((0..rows * cols).map(|at| entry(at / cols, at % cols)));
    let by_columns = doubles((0..rows * cols).map(|at| entry(at % rows, at / rows)));
    let shape = format!("({rows}, {cols})");
    // NumPy fills its headers up with blanks, so that the numbers begin where doubles may.
    let aligned = |is_fortran, data: &[u8]| {
        let plain = npy("<f8", is_fortran, &shape, &[]).len();
        npy("<f8", is_fortran, &format!("{shape}{}", " ".repeat(64 - plain % 64)), data)
    };
    let swapped: Vec<u8> = by_rows.chunks(8).flat_map(|number| number.iter().rev().copied()).collect();
    let files = [
        aligned(false, &by_rows),
        aligned(true, &by_columns),
        npy("<f8", false, &shape, &by_rows),
        npy(">f8", false, &shape, &swapped),
    ];
    assert_eq!((files[0].len() - by_rows.len()) % 64, 0);
    for file in files {
        value("A_{7,3} + 10A_{3,7}", "A.npy", &file, &[], "-5");
        value("sum(A)", "A.npy", &file, &[], "14950000");
    }
    let mut cut = aligned(false, &by_rows);
    cut.pop();
    refused("A.npy", cut, &["400×500 float64", "help: the file was cut off"]);
    let mut wrong = by_rows.clone();
    wrong[8 * 502..8 * 503].copy_from_slice(&f64::NAN.to_le_bytes());
    refused("A.npy", aligned(false, &wrong), &["row 2, column 3 holds `NaN`"]);
}

/// What is said of a file that is no value: exit status 2, nothing on standard output, and these words.
#[track_caller]
fn refused(name: &str, file: impl AsRef<[u8]>, words: &[&str]) {
    let folder = Folder::new();
    let setting = format!("A={}", folder.file(name, file).display());
    let output = run(&["eval", "tr(A A')", "--set", &setting]);
    status(&output, 2);
    assert_eq!(stdout(&output), "");
    let said = stderr(&output);
    for word in words.iter().chain(&["the value of `A` cannot be read from `", name]) {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn files_that_are_no_values_say_what_is_wrong_where_and_a_way_out() {
    let nan = doubles([1.0, 2.0, f64::NAN, 4.0]);
    refused(
        "A.npy",
        npy("<f8", false, "(2, 2)", &nan),
        &["row 2, column 1 holds `NaN`", "help: every entry must be finite"],
    );
    refused("A.npy", npy("<f8", true, "(2, 2)", &nan), &["row 1, column 2 holds `NaN`"]);
    refused("A.npy", npy("<f4", false, "(1,)", &[0, 0, 128, 127]), &["entry 1 holds `inf`"]);
    refused("A.npy", npy("<f8", false, "(2, 2, 1)", &nan), &["member 2, row 1, column 1 holds `NaN`"]);
    let short = npy("<f8", false, "(1000, 1000)", &nan);
    refused(
        "A.npy",
        short,
        &["1000×1000 float64, which takes 8000000 bytes, and 32 bytes follow it", "help: the file was cut off"],
    );
    let huge = npy("<f8", false, "(1250000000,)", &nan);
    refused("A.npy", huge, &["which takes 10000000000 bytes, and 32 bytes follow it"]);
    refused("A.npy", npy("<f8", false, "(18446744073709551615, 9)", &nan), &["more than any file holds"]);
    refused(
        "A.npy",
        npy("|O", false, "(1,)", b"\x80\x04"),
        &["holds Python objects", "help: save real numbers", "astype(float)"],
    );
    refused("A.npy", npy("<c16", false, "(1,)", &[0; 16]), &["holds complex numbers"]);
    refused("A.npy", npy("<U1", false, "(1,)", &[0; 4]), &["holds texts"]);
    refused("A.npy", npy("<f8", false, "(0, 3)", &[]), &["there are no numbers"]);
    refused("A.npy", npy("<f8", false, "(1, 1, 1, 1)", &nan), &["4 axes", "help: reshape it"]);
    refused("A.npy", "1,2\n", &["this is no .npy file"]);
    refused("A.npy", &b"\x93NUMPY\x02\x00\xff\xff\xff\xff"[..], &["ends within its header"]);
    refused("A.npy", npy("<f8", false, "None", &nan), &["no `shape` that can be read"]);
    refused("A.csv", "1,2\n3,four\n", &["line 2, column 2 holds `four`", "help: each cell holds one number"]);
    refused("A.csv", "# data\na,b\n1,2\n\n3,n/a\n", &["line 5, column 2 holds `n/a`"]);
    refused("A.csv", "1,2\n3,\n,4\n", &["line 2 has 1 entry, the first row has 2", "help: every row needs"]);
    refused("A.csv", "1,2\n,4\n", &["line 2, column 1 is empty"]);
    refused("A.csv", "1,2\n3,inf\n", &["line 2, column 2 holds `inf`", "help: every entry must be finite"]);
    refused("A.csv", "1,2\n3,4,5\n", &["line 2 has 3 entries, the first row has 2"]);
    refused("A.csv", "", &["there are no numbers"]);
    refused("A.csv", &b"1,2\n3,\xff\n"[..], &["line 2 is not UTF-8 text, at its byte 3"]);
    refused("A.txt", "1 2\n3 x\n", &["line 2, column 2 holds `x`"]);
}

/// What is said of arguments that are refused.
#[track_caller]
fn said(arguments: &[&str], words: &[&str]) {
    let output = run(arguments);
    status(&output, 2);
    assert_eq!(stdout(&output), "", "{arguments:?}");
    let said = stderr(&output);
    assert!(words.iter().all(|word| said.contains(word)), "{words:?}: {said}");
}

#[test]
fn the_logarithm_of_a_negative_determinant_is_refused() {
    for (text, value) in
        [("log det A", "A=[2 0; 0 -1]"), ("1 + log(det(A))", "A=[0 1; 1 0]"), ("log|A|", "A=[0 1; 1 0]")]
    {
        said(&["eval", text, "--set", value], &["no finite value here"]);
    }
    let output = run(&["eval", "log abs(det(A))", "--set", "A=[1 0; 0 -1]"]);
    assert_eq!(stdout(&output).trim_end(), "0");
    let output = run(&["eval", "log det A", "--set", "A=[0 -1; 1 0]"]);
    assert_eq!(stdout(&output).trim_end(), "0");
}

#[test]
fn paths_that_lead_to_no_file() {
    let folder = Folder::new();
    let path = folder.path().display().to_string();
    let eval = |setting: &str, words: &[&str]| said(&["eval", "tr(A)", "--set", setting], words);
    eval("A=data.npz", &["help: an .npz file holds several arrays"]);
    eval("A=nowhere.npy", &["`nowhere.npy` cannot be read", "help: a path is relative"]);
    eval(&format!("A=@{path}"), &["is a directory", "help: name a file in it"]);
    eval("A=data/A.h5", &["help: a file is named by its ending, .npy, .csv, .txt, or after `@`: --set 'A=@data/A.h5'"]);
}

#[test]
fn arrays_that_do_not_fit_their_declaration() {
    let folder = Folder::new();
    let file = |name: &str, shape: &str, count: u32| {
        let bytes = npy("<f8", false, shape, &doubles((0..count).map(f64::from)));
        format!("A={}", folder.file(name, bytes).display())
    };
    let (two, three) = (file("two.npy", "(2, 3)", 6), file("three.npy", "(2, 3, 2)", 12));
    said(&["eval", "A x", "--set", &two, "--set", "x=[1 2]"], &["`A`", "3", "2"]);
    said(&["eval", "A'", "--set", &two, "-d", "A: matrix(3,3)"], &["the value of `A` has 2 rows where 3 are needed"]);
    said(&["eval", "A A'", "--set", &three], &["has three axes", "help: declare it", "family(k) of matrix(m,n)"]);
    said(&["eval", "sum_i tr(A_i)", "--set", &two, "-d", "A: family(2) of matrix(3,3)"], &["has no third axis"]);
    said(
        &["eval", "sum_i tr(A_i)", "--set", &three, "-d", "A: family(2) of matrix(3,3)"],
        &["2 columns where 3 are needed"],
    );
    said(&["eval", "A", "--set", &two, "--set", &three], &["`A` is given two values"]);
}

/// The names of the files in a folder.
fn names(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).expect("the folder is there");
    let name =
        |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name().to_string_lossy().into_owned();
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn values_are_written_to_files_and_read_back() {
    for (name, start) in
        [("out.npy", &b"\x93NUMPY\x01\x00"[..]), ("out.csv", b"-2,1.0000000000000002,0.3333"), ("out.TXT", b"-2 1.000")]
    {
        let folder = Folder::new();
        let path = folder.path().join(name).display().to_string();
        let written = run(&["eval", "B", "--set", "B=[-2 1.0000000000000002 1/3; 1e300 1e-300 7]", "-o", &path]);
        status(&written, 0);
        assert_eq!(stdout(&written), format!("written to `{path}`: a matrix, 2×3\n"));
        assert!(std::fs::read(&path).expect("it is written").starts_with(start), "{name}");
        assert_eq!(names(&folder), [name]);
        let again = run(&[
            "eval",
            "A - B",
            "--set",
            &format!("A={path}"),
            "--set",
            "B=[-2 1.0000000000000002 1/3; 1e300 1e-300 7]",
        ]);
        assert_eq!(stdout(&again).lines().take(2).collect::<String>(), "[0 0 0; 0 0 0]");
        for (value, what, shown) in [("[1 2 3]", "a vector of length 3", "[1 2 3]"), ("5", "a scalar", "5")] {
            let written = run(&["eval", "b", "--set", &format!("b={value}"), "-o", &path]);
            assert_eq!(stdout(&written), format!("written to `{path}`: {what}\n"));
            let again = run(&["eval", "A", "--set", &format!("A={path}")]);
            assert_eq!(stdout(&again).trim_end(), shown);
        }
        let quiet = run(&["eval", "1/3", "-q", "--output", &path]);
        assert_eq!((stdout(&quiet), stderr(&quiet)), (String::new(), String::new()));
    }
}

#[test]
fn what_cannot_be_written_leaves_what_was_there() {
    let folder = Folder::new();
    let path = folder.file("out.npy", "before").display().to_string();
    said(&["eval", "log(x)", "--set", "x=-1", "-o", &path], &[]);
    said(&["eval", "x", "-o", &path], &["`x` has no value"]);
    let output = run(&["eval", "1", "-o", &path, "-f", "json"]);
    status(&output, 2);
    assert!(stderr(&output).contains("no part of a JSON document\n  = help:"), "{}", stderr(&output));
    assert_eq!(std::fs::read(&path).expect("it is there"), b"before");
    let lines = folder.argument("lines", "1\n2\n");
    said(&["eval", &lines, "-o", &path], &["a file takes one value", "help:"]);
    let inside = folder.path().join("none/out.npy").display().to_string();
    said(&["eval", "1", "-o", &inside], &[&format!("`{inside}` cannot be written")]);
    for name in ["out", "out.npz", "out.mat"] {
        let path = folder.path().join(name).display().to_string();
        said(
            &["eval", "1", "-o", &path],
            &["does not say how it is written", "help: the name of a file ends in .npy, .csv, .txt"],
        );
    }
    std::fs::create_dir(folder.path().join("folder.csv")).expect("it is made");
    let inside = folder.path().join("folder.csv").display().to_string();
    said(&["eval", "1", "-o", &inside], &["cannot be written", "is a directory"]);
    assert_eq!(names(&folder), ["folder.csv", "lines", "out.npy"]);
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_written_to() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    let target = folder.file("target", "before");
    let link = folder.path().join("link.csv");
    symlink(&target, &link).expect("a link");
    status(&run(&["eval", "1/4", "-o", &link.display().to_string()]), 0);
    assert_eq!(std::fs::read(&target).expect("it is there"), b"0.25\n");
    assert!(link.is_symlink());
    if std::path::Path::new("/dev/full").exists() {
        let full = folder.path().join("full.txt");
        symlink("/dev/full", &full).expect("a link");
        said(&["eval", "1/4", "-o", &full.display().to_string()], &["cannot be written"]);
    }
}

fn floats(values: impl IntoIterator<Item = f32>) -> Vec<u8> {
    values.into_iter().flat_map(f32::to_le_bytes).collect()
}

/// The header of an array of floats, filled up with blanks so that these begin where floats may.
fn of_floats(is_fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let plain = npy("<f4", is_fortran, shape, &[]).len();
    npy("<f4", is_fortran, &format!("{shape}{}", " ".repeat(64 - plain % 64)), data)
}

#[test]
fn floats_are_the_same_wherever_they_lie() {
    let (rows, cols) = (700_u16, 500_u16);
    let entry = |row: u16, col: u16| f32::from(row) - 0.5 * f32::from(col);
    let by_rows = floats((0..rows).flat_map(|row| (0..cols).map(move |col| entry(row, col))));
    let by_columns = floats((0..cols).flat_map(|col| (0..rows).map(move |row| entry(row, col))));
    let shape = format!("({rows}, {cols})");
    let files =
        [of_floats(false, &shape, &by_rows), of_floats(true, &shape, &by_columns), npy("<f4", false, &shape, &by_rows)];
    assert!(by_rows.len() > 1 << 20);
    for (file, precision) in files.iter().flat_map(|file| [(file, "double"), (file, "single")]) {
        let more = ["--precision", precision];
        value("A_{7,3} + 10A_{3,7}", "A.npy", file, &more, "-5");
        value("max(A) - min(A)", "A.npy", file, &more, "948.5");
    }
    let mut wrong = by_rows.clone();
    wrong[4 * 502..4 * 503].copy_from_slice(&f32::INFINITY.to_le_bytes());
    refused("A.npy", of_floats(false, &shape, &wrong), &["row 2, column 3 holds `inf`"]);
}

/// The value of an expression in single precision.
#[track_caller]
fn single(arguments: &[&str], wanted: &str) {
    let output = run(&[arguments, &["--precision", "single"]].concat());
    status(&output, 0);
    assert_eq!(stdout(&output).lines().next(), Some(wanted), "{arguments:?}");
}

#[test]
fn single_precision_has_its_digits() {
    single(&["eval", "x/3", "--set", "x=[1 2]"], "[0.33333334 0.6666667]");
    single(&["eval", "0.1 x", "--set", "x=1"], "0.1");
    single(&["eval", "sum_{i=1}^n sum_{j=1}^i x_i x_j", "--set", "x=[1 2 3]"], "25");
    single(&["grad", "sum(x.^3)", "-w", "x", "--set", "x=[0.5 2]"], "[0.75 12]");
    single(&["eval", "pinv(A)", "--set", "A=[1/3 2/3; 2/3 4/3]"], "[0.12 0.24;");
    let refused = |arguments: &[&str], wanted: &str| {
        let output = run(&[arguments, &["--precision", "single"]].concat());
        status(&output, 2);
        assert!(stderr(&output).contains(wanted), "{arguments:?}: {}", stderr(&output));
    };
    refused(
        &["eval", "x", "--set", "x=1e300"],
        "the value of `x` holds 1e300, which is too large for single precision",
    );
    refused(&["eval", "x", "--set", "x=[1 1e-60]"], "which is too small for single precision");
    refused(&["eval", "1e-60 x", "--set", "x=1"], "the number 1e-60 is too small for single precision");
    refused(&["eval", "exp(x)", "--set", "x=100"], "too large for single precision");
    refused(&["eval", "inv(A)", "--set", "A=[0.1 0.7; 0.3 2.1]"], "`A` is singular");
    refused(&["grad", "x^2", "-w", "x"], "--set");
    let output = run(&["eval", "x", "--set", "x=[16777217 1]", "--precision", "single"]);
    assert!(
        stdout(&output).contains("an integer in the value of `x` has more digits than single"),
        "{}",
        stdout(&output)
    );
    let output = run(&["eval", "x/3", "--set", "x=1", "--precision", "single", "-f", "json"]);
    assert!(stdout(&output).contains("\"value\": 0.33333334"), "{}", stdout(&output));
}

#[test]
fn values_in_single_precision_are_written_as_floats() {
    let folder = Folder::new();
    for (name, wanted) in [("y.csv", "0.1\n0.33333334\n"), ("y.txt", "0.1\n0.33333334\n")] {
        let path = folder.path().join(name).display().to_string();
        status(&run(&["eval", "x", "--set", "x=[0.1 1/3]", "--precision", "single", "-o", &path]), 0);
        assert_eq!(std::fs::read_to_string(&path).expect("it was written"), wanted);
    }
    let path = folder.path().join("y.npy").display().to_string();
    status(&run(&["eval", "x", "--set", "x=[0.1 1/3]", "--precision", "single", "-o", &path]), 0);
    let bytes = std::fs::read(&path).expect("it was written");
    assert!(bytes.ends_with(&floats([0.1, 1.0 / 3.0])) && bytes.len() == 128 + 8, "{} bytes", bytes.len());
    let data = ["--set", "A=[1 2; 3 4; 5 7]", "--set", "b=[1 2 4]"];
    let search = ["minimize", "||A x - b||^2", "-w", "x", "--precision", "single", "-o", &path];
    let output = run(&[&search[..], &data].concat());
    status(&output, 0);
    assert!(stdout(&output).contains("global minimum"), "{}", stdout(&output));
    let compared =
        run(&["compare", "||A x - b||^2", "-w", "x", "--precision", "single", "--sizes", "10", "--runs", "1"]);
    status(&compared, 0);
    assert!(stdout(&compared).contains("✓ the ways agree"), "{}", stdout(&compared));
}

/// Peak memory of a command in KiB, where the system says so.
fn peak(arguments: &[&str]) -> Option<u64> {
    let time = std::path::Path::new("/usr/bin/time");
    let output = std::process::Command::new(time)
        .args(["-f", "peak %M", env!("CARGO_BIN_EXE_matcalc")])
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.lines().find_map(|line| line.strip_prefix("peak ")?.parse().ok())
}

/// A file of floats of 64 MB takes what it takes itself, and no copy.
#[test]
fn floats_are_used_as_they_lie() {
    let folder = Folder::new();
    let (rows, cols) = (4_000_u32, 4_000_u32);
    let data = floats((0..rows * cols).map(|at| (at % 1_000) as f32));
    let file = folder.file("A.npy", of_floats(false, &format!("({rows}, {cols})"), &data));
    let setting = format!("A={}", file.display());
    let all = ["eval", "sum(A x)", "--set", &setting, "--set", "x=ones(4000, 1)", "--precision"];
    let of = |precision| peak(&[&all[..], &[precision]].concat());
    if let (Some(single), Some(double)) = (of("single"), of("double")) {
        let size = u64::from(rows * cols) * 4 / 1024;
        assert!(single < 2 * size, "{single} KiB of a file of {size} KiB");
        assert!(double > single + size, "{double} and {single} KiB");
    }
}
