//! The one integration binary.

mod labelled;
mod support;
