//! The one integration binary.

mod arrows;
mod corpus;
mod formats;
mod generated;
mod golden;
mod labelled;
mod rego;
mod support;
mod unknown_never_passes;
