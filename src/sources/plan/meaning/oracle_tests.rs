//! Terraform as the judge: for random expressions, what was found before apply covers what Terraform made of them.
//!
//! `testdata/oracle` holds configurations of random expressions, their plans, and the values after apply with the
//! address of a resource in the place of its id; tests/oracle/generate.py makes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use serde_json::Value as Json;

use super::source::Source;
use super::value::{Attribute, Piece, Val, number_text};
use crate::sources::document::Documents;
use crate::sources::hcl::tree::Tree;
use crate::sources::plan::config::Module;
use crate::sources::plan::envelope::Envelope;
use crate::sources::plan::instances::Instances;
use crate::sources::plan::reference::Step;

struct Judge<'s, 'p> {
    source: &'s Source<'p>,
    addresses: BTreeSet<String>,
}

impl Judge<'_, '_> {
    fn address(&self, attribute: &Attribute) -> &str {
        &self.source.instances.all[attribute.instance].address
    }

    fn is_id(attribute: &Attribute) -> bool {
        matches!(&*attribute.path, [Step::Attr(name)] if name == "id")
    }

    /// `output` and `input` hold what the resource was given.
    fn given(&self, attribute: &Attribute) -> Option<Val> {
        match attribute.path.split_first()? {
            (Step::Attr(name), rest) if name == "output" || name == "input" => {
                let val = self.source.argument_of(attribute.instance, "input")?;
                Some(self.source.walk(val, rest))
            }
            _ => None,
        }
    }

    /// Addresses of everything that a value mentions.
    fn mentioned(&self, val: &Val) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for attribute in val.mentions() {
            found.insert(self.address(&attribute).to_owned());
            if let Some(given) = self.given(&attribute) {
                found.extend(self.mentioned(&given));
            }
        }
        found
    }

    /// The addresses that stand in a final value.
    fn named(&self, real: &Json, found: &mut BTreeSet<String>) {
        match real {
            Json::String(text) => {
                // the longest address that fits: `a.b` may begin another one
                for (at, _) in text.match_indices('@') {
                    let rest = &text[at + 1..];
                    let fits = self.addresses.iter().filter(|address| rest.starts_with(address.as_str()));
                    found.extend(fits.max_by_key(|address| address.len()).cloned());
                }
            }
            Json::Array(list) => list.iter().for_each(|one| self.named(one, found)),
            Json::Object(object) => {
                for (key, one) in object {
                    self.named(&Json::String(key.clone()), found);
                    self.named(one, found);
                }
            }
            _ => {}
        }
    }

    fn only_mentions(&self, val: &Val, real: &Json) -> bool {
        let mut named = BTreeSet::new();
        self.named(real, &mut named);
        named.is_subset(&self.mentioned(val))
    }

    fn covers(&self, val: &Val, real: &Json) -> bool {
        match (val, real) {
            (Val::Null, _) => real.is_null(),
            (Val::Either(alternatives), _) => alternatives.iter().any(|one| self.covers(one, real)),
            (Val::Unknown(_), _) => self.only_mentions(val, real),
            (Val::Attr(attribute), _) => match self.given(attribute) {
                Some(given) => self.covers(&given, real),
                None if Self::is_id(attribute) => {
                    real.as_str().is_some_and(|text| text == format!("@{}", self.address(attribute)))
                }
                None => self.only_mentions(val, real),
            },
            (Val::Text(_) | Val::Bool(_) | Val::Number(_), Json::String(text)) => {
                val.scalar_text().is_some_and(|own| unspaced(&own) == unspaced(text))
            }
            (Val::Bool(flag), Json::Bool(real)) => flag == real,
            (Val::Number(number), Json::Number(real)) => {
                real.as_f64().is_some_and(|real| number_text(real) == number_text(*number))
            }
            // converted to the type that the others have
            (Val::Text(_), Json::Number(_) | Json::Bool(_)) => {
                self.covers(val, &Json::String(real.to_string()))
            }
            (Val::Template(pieces), Json::String(text)) => self.fits(&bare(pieces), &unspaced(text)),
            (Val::List(members) | Val::Set(members), Json::Array(list)) => {
                let spread = members.iter().any(|member| matches!(member, Val::Spread(_)));
                let ordered = matches!(val, Val::List(_)) && !spread;
                if ordered {
                    return members.len() == list.len()
                        && members.iter().zip(list).all(|(member, real)| self.covers(member, real));
                }
                // in any order: everything certain is there, and nothing else than what may be
                let certain = members.iter().filter(|member| !matches!(member, Val::Spread(_)));
                let there = |member: &Val| list.iter().any(|real| self.covers(member, real));
                let may_be = |real: &Json| {
                    members.iter().any(|member| match member {
                        Val::Spread(of) => self.only_mentions(of, real),
                        one => self.covers(one, real),
                    })
                };
                certain.into_iter().all(there) && list.iter().all(may_be)
            }
            (Val::Map(members), Json::Object(object)) => {
                members.len() == object.len()
                    && members
                        .iter()
                        .all(|(key, member)| object.get(&**key).is_some_and(|real| self.covers(member, real)))
            }
            (Val::Instance(instance), Json::Object(object)) => {
                let address = &self.source.instances.all[*instance].address;
                object.get("id").and_then(Json::as_str) == Some(&format!("@{address}"))
            }
            (Val::Call(_), Json::Object(_)) => true,
            _ => false,
        }
    }

    /// A value that stands in a JSON text; the quotes in an address are not escaped there.
    fn covers_json(&self, val: &Val, part: &str) -> bool {
        let text = part.strip_prefix('"').and_then(|part| part.strip_suffix('"'));
        text.is_some_and(|text| self.covers(val, &Json::String(text.to_owned())))
            || serde_json::from_str(part).is_ok_and(|json: Json| self.covers(val, &json))
    }

    /// Whether a text is what a template makes, whatever stands in the holes that are no ids.
    fn fits(&self, pieces: &[Piece], text: &str) -> bool {
        match pieces.split_first() {
            None => text.is_empty(),
            Some((Piece::Text(known), rest)) => {
                text.strip_prefix(&**known).is_some_and(|text| self.fits(rest, text))
            }
            Some((Piece::Hole(val), rest)) => {
                let ends = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
                let mut ends = ends.map(|at| text.split_at(at));
                ends.any(|(part, text)| {
                    self.fits(rest, text)
                        && (self.covers(val, &Json::String(part.to_owned())) || self.covers_json(val, part))
                })
            }
        }
    }
}

/// How much white space a heredoc keeps around its directives is not claimed.
fn unspaced(text: &str) -> String {
    text.split_whitespace().collect()
}

fn bare(pieces: &[Piece]) -> Vec<Piece> {
    let bare = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => Piece::Text(unspaced(text).into()),
        Piece::Hole(Val::Either(alternatives)) => {
            Piece::Hole(Val::either(alternatives.iter().map(|one| match one {
                Val::Template(pieces) => Val::template(bare(pieces)),
                Val::Text(text) => Val::text(unspaced(text)),
                other => other.clone(),
            })))
        }
        hole @ Piece::Hole(_) => hole.clone(),
    });
    bare.collect()
}

/// Whether nothing in it is left open.
fn exact(val: &Val) -> bool {
    match val {
        Val::Unknown(_) | Val::Either(_) | Val::Spread(_) => false,
        Val::List(members) | Val::Set(members) => members.iter().all(exact),
        Val::Map(members) => members.values().all(exact),
        Val::Template(pieces) => pieces.iter().all(|piece| match piece {
            Piece::Hole(val) => exact(val),
            Piece::Text(_) => true,
        }),
        Val::Null
        | Val::Bool(_)
        | Val::Number(_)
        | Val::Text(_)
        | Val::Instance(_)
        | Val::Call(_)
        | Val::Attr(_) => true,
    }
}

/// Values found, and those of them that are exact.
fn judge(directory: &Path, wrong: &mut Vec<String>) -> (usize, usize) {
    let read = |name: &str| std::fs::read_to_string(directory.join(name)).expect("a file of the test case");
    let plan = read("plan.json");
    let answers: BTreeMap<String, Json> = serde_json::from_str(&read("answers.json")).expect("JSON");
    let envelope: Envelope<'_> = serde_json::from_str(&plan).expect("a plan");
    let instances = Instances::new(&envelope, &plan);
    let documents = Documents::default();
    let tree = Tree::load(directory.to_str().expect("UTF-8"), &documents).expect("the source");
    assert!(tree.problems.is_empty(), "{:?}", tree.problems);
    let variables = envelope.variables.iter().flatten();
    let variables: BTreeMap<String, Json> =
        variables.filter_map(|(name, of)| Some((name.to_string(), of.value.clone()?))).collect();
    let configuration = envelope.configuration.as_ref().and_then(|of| of.root_module.as_ref());
    let root = Module::new(configuration.expect("a configuration"));
    let source =
        Source::new(Rc::new(tree), &documents, &instances, (&root, &variables), (true, true), Vec::new());
    let addresses = instances.all.iter().map(|instance| instance.address.to_string()).collect();
    let judge = Judge { source: &source, addresses };
    let mut exactly = 0;
    for (address, real) in &answers {
        let at = instances.all.iter().position(|instance| instance.address == *address);
        let at = at.unwrap_or_else(|| panic!("{address} is not in the plan"));
        let val = source.argument_of(at, "input").expect("the source sets it");
        exactly += usize::from(exact(&val));
        if !judge.covers(&val, real) {
            wrong.push(format!("{}: {address}\n  found {val:?}\n  is {real}", directory.display()));
        }
    }
    (answers.len(), exactly)
}

#[test]
fn what_is_found_covers_what_terraform_makes_of_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/oracle");
    let mut directories: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    directories.retain(|path| path.is_dir());
    directories.sort();
    let mut wrong = Vec::new();
    let mut sums = (0, 0);
    for directory in &directories {
        let (all, exactly) = judge(directory, &mut wrong);
        sums = (sums.0 + all, sums.1 + exactly);
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(sums.0 >= 300 && sums.1 * 2 >= sums.0, "too little is found: {sums:?}");
}
