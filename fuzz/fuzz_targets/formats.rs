#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| matcalc_fuzz::run(matcalc_fuzz::formats, data));
