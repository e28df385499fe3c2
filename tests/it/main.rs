//! The one integration binary.

#![allow(clippy::print_stdout, reason = "checks over optional inputs say how many files they read")]

mod arrows;
mod cli;
mod corpus;
mod formats;
mod generated;
mod golden;
mod hidden_values;
mod labelled;
mod pages;
mod rego;
mod robust;
mod secrets;
mod source;
mod source_trouble;
mod support;
mod unknown_never_passes;
