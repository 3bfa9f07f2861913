//! Right answers pass and wrong ones are caught.
