//! Values to files: `eval … -o FILE`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use nalgebra::DMatrix;

use crate::error::Error;
use crate::numeric::Precision;
use crate::numeric::io::{FileKind, write};

/// How a file of this name is written.
pub(super) fn kind(path: &str) -> Result<FileKind, Error> {
    FileKind::of_name(path).ok_or_else(|| {
        let endings = FileKind::ENDINGS.map(|(ending, _)| ending).join(", ");
        Error::Message(format!(
            "`{path}` does not say how it is written\n  = help: the name of a file ends in {endings}"
        ))
    })
}

/// Writes a value. What stood in the file stays there until all of the value is written.
pub(super) fn value(path: &str, kind: FileKind, value: &DMatrix<f64>, precision: Precision) -> Result<(), Error> {
    whole(Path::new(path), kind, value, precision)
        .map_err(|error| Error::Message(format!("`{path}` cannot be written: {error}")))
}

/// `out.npy   a 3×2 matrix`
pub(super) fn remark(path: &str, value: &DMatrix<f64>) -> String {
    let what = match value.shape() {
        (1, 1) => "a scalar".to_owned(),
        (rows, 1) => format!("a vector of length {rows}"),
        (rows, cols) => format!("a matrix, {rows}×{cols}"),
    };
    format!("written to `{path}`: {what}")
}

fn whole(path: &Path, kind: FileKind, value: &DMatrix<f64>, precision: Precision) -> io::Result<()> {
    // A link stays a link: what it leads to is written.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let known = fs::metadata(&path).ok();
    match &known {
        Some(known) if known.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // Pipes and devices have nothing beside them, and nothing in them to be kept.
        Some(known) if !known.is_file() => {
            return write(kind, value, precision, BufWriter::new(OpenOptions::new().write(true).open(&path)?));
        }
        _ => {}
    }
    let beside = beside(&path);
    let written = written(&beside, kind, value, precision).and_then(|()| {
        if let Some(known) = known {
            fs::set_permissions(&beside, known.permissions())?;
        }
        fs::rename(&beside, &path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn written(path: &Path, kind: FileKind, value: &DMatrix<f64>, precision: Precision) -> io::Result<()> {
    let file = File::create(path)?;
    write(kind, value, precision, BufWriter::new(&file))?;
    file.sync_all()
}

/// A file in the same folder that no other run writes.
fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}
