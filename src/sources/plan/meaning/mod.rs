//! What a plan's source means: expressions evaluated as far as they can be before anything is applied.
//!
//! Owns partial evaluation ([`value`], [`evaluate`], [`scope`], [`functions`]), whether a source is the plan's own
//! ([`agree`]), what it adds to planned resources ([`refine`]) and where they are written ([`places`]).

pub(super) mod agree;
mod calls;
mod conceal;
pub(super) mod definitions;
mod evaluate;
mod functions;
mod iterate;
mod operators;
mod places;
mod quote;
pub(super) mod refine;
mod scope;
pub(super) mod source;
mod types;
pub(super) mod value;

#[cfg(test)]
mod oracle_tests;
