//! Phase two, the values: every resource instance that exists after the plan, and the modules they live in.
//!
//! A resource that is deleted or forgotten does not exist; it is kept aside, because a group's refreshed state may
//! still list the rules of a rule resource that goes. Payloads are parsed when they are first asked for.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::config;
use super::envelope::{Envelope, ResourceChange, Values, ValuesModule, ValuesResource};
use super::meaning::refine::Refined;
use super::reference::Key;

/// What the plan does with an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// It is created, or replaced: nothing outside can refer to it yet.
    Create,
    /// It exists and stays, changed or not.
    Keep,
    /// A data source that is read while applying.
    ReadLater,
    /// A data source that was read.
    Read,
    /// It goes, or Terraform forgets it.
    Gone,
    /// It leaves the state and stays in AWS.
    Forgotten,
}

/// A payload that is parsed when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Lazy<'a> {
    raw: Option<&'a RawValue>,
    parsed: OnceCell<Json>,
}

impl<'a> Lazy<'a> {
    fn new(raw: Option<&'a RawValue>) -> Self {
        Self { raw, parsed: OnceCell::new() }
    }

    /// The value; null where there is none.
    pub(super) fn get(&self) -> &Json {
        self.parsed.get_or_init(|| {
            self.raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or(Json::Null)
        })
    }
}

/// One instance of a resource or data source.
#[derive(Debug)]
pub(super) struct Instance<'a> {
    pub(super) address: Cow<'a, str>,
    /// Address of the module instance, empty for the root.
    pub(super) module: String,
    pub(super) data: bool,
    pub(super) kind: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) key: Option<Key>,
    pub(super) action: Action,
    pub(super) before: Lazy<'a>,
    pub(super) after: Lazy<'a>,
    pub(super) unknown: Lazy<'a>,
    pub(super) sensitive: Lazy<'a>,
    /// What is not among the values is unknown: planned values leave unknown attributes out.
    pub(super) missing_is_unknown: bool,
    /// Byte range of the values in the document.
    pub(super) span: (usize, usize),
    /// What the source adds, worked out when it is first asked for.
    pub(super) refined: OnceCell<Option<Refined>>,
}

impl Instance<'_> {
    /// Identity of its block within its module.
    pub(super) fn block(&self) -> config::ResourceName {
        (self.data, self.kind.to_string(), self.name.to_string())
    }

    /// The name within its type as people read it: module path, name and key.
    pub(super) fn shown_name(&self) -> &str {
        let name = self.address.strip_prefix("data.").unwrap_or(&self.address);
        let prefix = format!("{}.", self.kind);
        name.strip_prefix(prefix.as_str()).unwrap_or(name)
    }
}

/// All instances, with the ways to find them.
#[derive(Debug, Default)]
pub(super) struct Instances<'a> {
    pub(super) all: Vec<Instance<'a>>,
    pub(super) gone: Vec<Instance<'a>>,
    by_block: BTreeMap<(String, config::ResourceName), Vec<usize>>,
    /// Keys of the instances of each module call, by address of the calling module instance and name.
    call_keys: BTreeMap<(String, String), BTreeSet<Option<Key>>>,
}

impl<'a> Instances<'a> {
    /// Takes every instance out of a plan or state. `text` is the document that `envelope` borrows from.
    pub(super) fn new(envelope: &Envelope<'a>, text: &'a str) -> Self {
        let mut instances = Self::default();
        let mut listed = BTreeSet::new();
        match (&envelope.resource_changes, &envelope.planned_values, &envelope.values) {
            (Some(changes), _, _) => {
                for change in changes {
                    listed.insert(change.address.to_string());
                    instances.add(from_change(change, text));
                }
            }
            (None, Some(values), _) => {
                instances.add_values(values, text, &mut listed, |_| Action::Create, true);
            }
            (None, None, Some(values)) => instances.add_values(values, text, &mut listed, existing, false),
            (None, None, None) => {}
        }
        // data sources that were read, and with -target what is not part of the plan but exists
        if let Some(values) = envelope.prior_state.as_ref().and_then(|state| state.values.as_ref()) {
            instances.add_values(values, text, &mut listed, existing, false);
        }
        instances.index();
        instances
    }

    fn add(&mut self, instance: Instance<'a>) {
        if matches!(instance.action, Action::Gone | Action::Forgotten) {
            self.gone.push(instance);
        } else {
            self.all.push(instance);
        }
    }

    fn add_values(
        &mut self,
        values: &Values<'a>,
        text: &'a str,
        listed: &mut BTreeSet<String>,
        action: fn(bool) -> Action,
        missing_is_unknown: bool,
    ) {
        let mut modules: Vec<&ValuesModule<'a>> = values.root_module.iter().collect();
        while let Some(module) = modules.pop() {
            modules.extend(&module.child_modules);
            let address = module.address.as_deref().unwrap_or_default();
            for resource in &module.resources {
                if resource.deposed_key.is_none() && listed.insert(resource.address.to_string()) {
                    self.add(from_values(resource, address, text, action, missing_is_unknown));
                }
            }
        }
    }

    fn index(&mut self) {
        self.all.sort_by(|a, b| {
            (&a.module, &a.kind, &a.name, &a.key).cmp(&(&b.module, &b.kind, &b.name, &b.key))
        });
        for (at, instance) in self.all.iter().enumerate() {
            self.by_block.entry((instance.module.clone(), instance.block())).or_default().push(at);
            let mut address = instance.module.as_str();
            while let Some((parent, name, key)) = split_module(address) {
                let keys = self.call_keys.entry((parent.to_owned(), name.to_owned())).or_default();
                if !keys.insert(key) {
                    break;
                }
                address = parent;
            }
        }
    }

    /// The instances of a block in a module instance, by key.
    pub(super) fn of_block(&self, module: &str, block: &config::ResourceName) -> &[usize] {
        self.by_block.get(&(module.to_owned(), block.clone())).map_or(&[], Vec::as_slice)
    }

    /// The keys of a module call, none of them where the call is not repeated or holds no resource.
    pub(super) fn keys_of_call(&self, module: &str, call: &str) -> Vec<Option<Key>> {
        match self.call_keys.get(&(module.to_owned(), call.to_owned())) {
            Some(keys) => keys.iter().cloned().collect(),
            None => vec![None],
        }
    }
}

fn existing(data: bool) -> Action {
    if data { Action::Read } else { Action::Keep }
}

fn span(raw: Option<&RawValue>, text: &str) -> (usize, usize) {
    let Some(raw) = raw else { return (0, 0) };
    // the raw value borrows from the text, so the distance of the addresses is its offset
    let offset = (raw.get().as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    if offset <= text.len() { (offset, offset + raw.get().len()) } else { (0, 0) }
}

fn from_change<'a>(change: &ResourceChange<'a>, text: &'a str) -> Instance<'a> {
    let data = change.mode.as_deref() == Some("data") || change.address.starts_with("data.");
    let actions: Vec<&str> = change.change.actions.iter().map(AsRef::as_ref).collect();
    let action = match actions.as_slice() {
        _ if change.deposed.is_some() => Action::Gone,
        ["delete"] => Action::Gone,
        ["forget"] => Action::Forgotten,
        ["read"] => Action::ReadLater,
        list if list.contains(&"create") => Action::Create,
        _ if data => Action::Read,
        _ => Action::Keep,
    };
    let key = change.index.as_ref().and_then(Key::from_json);
    let module = match &change.module_address {
        Some(address) => address.to_string(),
        None => module_of(&change.address).to_owned(),
    };
    Instance {
        address: change.address.clone(),
        module,
        data,
        kind: change.kind.clone(),
        name: change.name.clone(),
        key,
        action,
        before: Lazy::new(change.change.before),
        after: Lazy::new(change.change.after),
        unknown: Lazy::new(change.change.after_unknown),
        sensitive: Lazy::new(change.change.after_sensitive),
        missing_is_unknown: false,
        span: span(change.change.after.or(change.change.before), text),
        refined: OnceCell::new(),
    }
}

fn from_values<'a>(
    resource: &ValuesResource<'a>,
    module: &str,
    text: &'a str,
    action: fn(bool) -> Action,
    missing_is_unknown: bool,
) -> Instance<'a> {
    let data = resource.mode.as_deref() == Some("data");
    Instance {
        address: resource.address.clone(),
        module: module.to_owned(),
        data,
        kind: resource.kind.clone(),
        name: resource.name.clone(),
        key: resource.index.as_ref().and_then(Key::from_json),
        action: action(data),
        before: Lazy::default(),
        after: Lazy::new(resource.values),
        unknown: Lazy::default(),
        sensitive: Lazy::new(resource.sensitive_values),
        missing_is_unknown,
        span: span(resource.values, text),
        refined: OnceCell::new(),
    }
}

/// The module part of a resource address.
fn module_of(address: &str) -> &str {
    let mut end = 0;
    while let Some(rest) = address[end..].strip_prefix(if end == 0 { "module." } else { ".module." }) {
        let start = address.len() - rest.len();
        let mut quoted = false;
        let length = rest.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte == b'.' && !quoted
        });
        let Some(length) = length else { break };
        end = start + length;
    }
    &address[..end]
}

/// Splits the last call off a module address: the address of the caller, the name and the key of the call.
pub(super) fn split_module(address: &str) -> Option<(&str, &str, Option<Key>)> {
    let mut quoted = false;
    let mut start = None;
    for (at, byte) in address.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'm' if !quoted
                && address[at..].starts_with("module.")
                && (at == 0 || address.as_bytes()[at - 1] == b'.') =>
            {
                start = Some(at);
            }
            _ => {}
        }
    }
    let start = start?;
    let parent = address[..start].trim_end_matches('.');
    let call = &address[start + "module.".len()..];
    let Some((name, key)) = call.split_once('[') else { return Some((parent, call, None)) };
    let key = key.trim_end_matches(']');
    let key = match key.strip_prefix('"') {
        Some(quoted) => Key::Name(quoted.trim_end_matches('"').replace("\\\"", "\"")),
        None => Key::Index(key.parse().ok()?),
    };
    Some((parent, name, Some(key)))
}

/// The address of a called module instance.
pub(super) fn join_module(parent: &str, call: &str, key: Option<&Key>) -> String {
    let dot = if parent.is_empty() { "" } else { "." };
    match key {
        None => format!("{parent}{dot}module.{call}"),
        Some(Key::Index(index)) => format!("{parent}{dot}module.{call}[{index}]"),
        Some(Key::Name(name)) => format!("{parent}{dot}module.{call}[\"{}\"]", name.replace('"', "\\\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_addresses_are_split_and_joined() {
        for (address, module) in [
            ("aws_vpc.a", ""),
            ("module.net.aws_vpc.a[0]", "module.net"),
            ("module.net[\"a.b\"].module.x[1].aws_vpc.a", "module.net[\"a.b\"].module.x[1]"),
            ("module.net.data.aws_vpc.a", "module.net"),
        ] {
            assert_eq!(module_of(address), module, "{address}");
        }
        let split = split_module("module.net[\"a.module.b\"].module.x[1]").expect("a module");
        assert_eq!(split, ("module.net[\"a.module.b\"]", "x", Some(Key::Index(1))));
        assert_eq!(join_module(split.0, split.1, split.2.as_ref()), "module.net[\"a.module.b\"].module.x[1]");
        let split = split_module(split.0).expect("a module");
        assert_eq!(split, ("", "net", Some(Key::Name("a.module.b".into()))));
        assert_eq!(split_module(""), None);
    }

    #[test]
    fn gone_is_gone_and_what_a_target_leaves_out_stays() {
        let text = r#"{"resource_changes": [
            {"address": "aws_vpc.a", "type": "aws_vpc", "name": "a", "change": {"actions": ["delete"], "before": {}}},
            {"address": "aws_vpc.f", "type": "aws_vpc", "name": "f", "change": {"actions": ["forget"]}},
            {"address": "aws_vpc.d", "type": "aws_vpc", "name": "d", "deposed": "1", "change": {"actions": ["delete"]}},
            {"address": "aws_vpc.d", "type": "aws_vpc", "name": "d", "change": {"actions": ["delete", "create"], "after": {"x": 1}}},
            {"address": "data.aws_vpc.r", "mode": "data", "type": "aws_vpc", "name": "r", "change": {"actions": ["read"]}}],
          "prior_state": {"values": {"root_module": {"resources": [
            {"address": "aws_vpc.a", "mode": "managed", "type": "aws_vpc", "name": "a", "values": {}},
            {"address": "aws_vpc.kept", "mode": "managed", "type": "aws_vpc", "name": "kept", "values": {}},
            {"address": "data.aws_vpc.x", "mode": "data", "type": "aws_vpc", "name": "x", "values": {"id": "vpc-1"}}]}}}}"#;
        let envelope: Envelope<'_> = serde_json::from_str(text).expect("an envelope");
        let instances = Instances::new(&envelope, text);
        let shown: Vec<_> = instances.all.iter().map(|i| (i.address.as_ref(), i.action)).collect();
        assert_eq!(
            shown,
            [
                ("aws_vpc.d", Action::Create),
                ("aws_vpc.kept", Action::Keep),
                ("data.aws_vpc.r", Action::ReadLater),
                ("data.aws_vpc.x", Action::Read),
            ]
        );
        assert_eq!(instances.gone.len(), 3);
        let (start, end) = instances.all[0].span;
        assert_eq!(&text[start..end], r#"{"x": 1}"#);
    }
}
