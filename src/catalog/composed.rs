//! Functions applied entry by entry that are read as what they are short for: `silu(x)` is x∘σ(x). An answer is written with the functions
//! that they are made of.

use super::entrywise::Formula::{self, Integer, Of, Power, Product, Sum, Z};
use super::entrywise::Func;

/// What is known of such a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Its spellings, the usual one first.
    pub(crate) spellings: &'static [&'static str],
    /// Spellings that are read as whole words only.
    pub(crate) foreign: &'static [&'static str],
    /// What it is short for.
    pub(crate) formula: Formula,
}

const HALF: Formula = Power(&Integer(2), -1, 1);
const SQUARE: Formula = Power(&Z, 2, 1);
/// relu(z − 1)
const ABOVE_ONE: Formula = Of(Func::Relu, &Sum(&[(1, Z), (-1, Integer(1))]));
/// relu(−z − 1)
const BELOW_MINUS_ONE: Formula = Of(Func::Relu, &Sum(&[(-1, Z), (-1, Integer(1))]));
/// relu(−z)
const NEGATIVE_PART: Formula = Of(Func::Relu, &Sum(&[(-1, Z)]));

table! {
    /// Functions applied entry by entry that are short for others.
    #[allow(missing_docs, reason = "the variants are the functions' own names")]
    Composed {
        Log1p {
            spellings: &["log1p"],
            foreign: &[],
            formula: Of(Func::Log, &Sum(&[(1, Integer(1)), (1, Z)])),
        }
        Expm1 {
            spellings: &["expm1"],
            foreign: &[],
            formula: Sum(&[(1, Of(Func::Exp, &Z)), (-1, Integer(1))]),
        }
        Log2 {
            spellings: &["log2"],
            foreign: &["Log2"],
            formula: Product(&Of(Func::Log, &Z), &Power(&Of(Func::Log, &Integer(2)), -1, 1)),
        }
        Log10 {
            spellings: &["log10"],
            foreign: &["Log10"],
            formula: Product(&Of(Func::Log, &Z), &Power(&Of(Func::Log, &Integer(10)), -1, 1)),
        }
        Square {
            spellings: &["square"],
            foreign: &["Square"],
            formula: SQUARE,
        }
        Sec {
            spellings: &["sec"],
            foreign: &["Sec"],
            formula: Power(&Of(Func::Cos, &Z), -1, 1),
        }
        Csc {
            spellings: &["csc"],
            foreign: &["Csc"],
            formula: Power(&Of(Func::Sin, &Z), -1, 1),
        }
        Cot {
            spellings: &["cot"],
            foreign: &["Cot"],
            formula: Product(&Of(Func::Cos, &Z), &Power(&Of(Func::Sin, &Z), -1, 1)),
        }
        Sech {
            spellings: &["sech"],
            foreign: &["Sech"],
            formula: Power(&Of(Func::Cosh, &Z), -1, 1),
        }
        Csch {
            spellings: &["csch"],
            foreign: &["Csch"],
            formula: Power(&Of(Func::Sinh, &Z), -1, 1),
        }
        Coth {
            spellings: &["coth"],
            foreign: &["Coth"],
            formula: Power(&Of(Func::Tanh, &Z), -1, 1),
        }
        Erfc {
            spellings: &["erfc"],
            foreign: &["Erfc"],
            formula: Sum(&[(1, Integer(1)), (-1, Of(Func::Erf, &Z))]),
        }
        Logit {
            spellings: &["logit"],
            foreign: &["qlogis"],
            formula: Of(Func::Log, &Product(&Z, &Power(&Sum(&[(1, Integer(1)), (-1, Z)]), -1, 1))),
        }
        LogSigmoid {
            spellings: &["logsigmoid"],
            foreign: &["log_sigmoid"],
            formula: Of(Func::Log, &Of(Func::Sigmoid, &Z)),
        }
        Silu {
            spellings: &["silu"],
            foreign: &["swish"],
            formula: Product(&Z, &Of(Func::Sigmoid, &Z)),
        }
        Gelu {
            spellings: &["gelu"],
            foreign: &[],
            formula: Product(&Z, &Of(Func::NormCdf, &Z)),
        }
        Elu {
            spellings: &["elu"],
            foreign: &[],
            // z where z > 0, and exp(z) − 1 below.
            formula: Sum(&[
                (1, Of(Func::Relu, &Z)),
                (1, Of(Func::Exp, &Sum(&[(-1, NEGATIVE_PART)]))),
                (-1, Integer(1)),
            ]),
        }
        Mish {
            spellings: &["mish"],
            foreign: &[],
            formula: Product(&Z, &Of(Func::Tanh, &Of(Func::Softplus, &Z))),
        }
        Softsign {
            spellings: &["softsign"],
            foreign: &[],
            formula: Product(&Z, &Power(&Sum(&[(1, Integer(1)), (1, Of(Func::Abs, &Z))]), -1, 1)),
        }
        LeakyRelu {
            spellings: &["leaky_relu"],
            foreign: &[],
            formula: Sum(&[(1, Of(Func::Relu, &Z)), (-1, Product(&Power(&Integer(100), -1, 1), &NEGATIVE_PART))]),
        }
        Huber {
            spellings: &["huber"],
            foreign: &[],
            // ½z² where |z| ≤ 1, and |z| − ½ elsewhere.
            formula: Product(
                &HALF,
                &Sum(&[(1, SQUARE), (-1, Power(&ABOVE_ONE, 2, 1)), (-1, Power(&BELOW_MINUS_ONE, 2, 1))]),
            ),
        }
        Hinge {
            spellings: &["hinge"],
            foreign: &[],
            formula: Of(Func::Relu, &Sum(&[(1, Integer(1)), (-1, Z)])),
        }
        Entr {
            spellings: &["entr"],
            foreign: &[],
            formula: Product(&Sum(&[(-1, Z)]), &Of(Func::Log, &Z)),
        }
    }
}
