//! Databases and caches: the ports they listen on, and the members of clusters.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::images::Images;
use crate::model::Architecture;
use crate::model::defaults::aws::{CACHE_PORTS, DB_PORTS, SERVERLESS_READ_PORT};
use crate::model::elasticache::CacheKind;
use crate::model::id::{ContainerId, DbClusterId, DbInstanceId};
use crate::model::links::Member;
use crate::model::origin::Basis;
use crate::model::task_definition::TaskDefinition;
use crate::model::value::{Attr, Unknown, Value, Why};

/// What kind of store it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// An RDS instance, cluster or proxy.
    Database,
    /// An ElastiCache cache.
    Cache,
    /// A cache that runs as an ECS service.
    CacheService,
}

/// What follows for a store.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StoreFacts {
    /// What it is.
    pub kind: StoreKind,
    /// Ports that clients use.
    pub ports: Value<Vec<i64>>,
    /// Members of its own group may talk among themselves: nodes of a cluster, a proxy.
    pub has_members: bool,
}

/// Derives the facts of every store, by the resource that owns it.
pub fn derive(architecture: &Architecture, images: &Images) -> BTreeMap<String, StoreFacts> {
    let mut stores = BTreeMap::new();
    let mut add = |id: &str, kind, ports, has_members| {
        stores.insert(id.to_owned(), StoreFacts { kind, ports, has_members });
    };
    for (id, instance) in architecture.db_instances.iter().filter(|(_, instance)| !instance.cluster.stated) {
        // a replica has the engine of its source, and its port unless it states one of its own (RDS,
        // CreateDBInstanceReadReplica)
        let source = instance.replica_of.only().and_then(|id| architecture.db_instances.get(id));
        let inherit = |own: &Value<i64>| *own == Value::Absent;
        let (of_port, of_engine) = match source {
            Some(source) if inherit(&instance.port.value) => (&source.port, &source.engine),
            _ => (&instance.port, &instance.engine),
        };
        add(id.as_str(), StoreKind::Database, port(id.as_str(), of_port, of_engine, &DB_PORTS), false);
    }
    for (id, cluster) in &architecture.db_clusters {
        add(
            id.as_str(),
            StoreKind::Database,
            port(id.as_str(), &cluster.port, &cluster.engine, &DB_PORTS),
            true,
        );
    }
    for (id, proxy) in &architecture.db_proxies {
        let unset = Attr::absent("port");
        add(
            id.as_str(),
            StoreKind::Database,
            port(id.as_str(), &unset, &proxy.engine_family, &DB_PORTS),
            true,
        );
    }
    for (id, cache) in &architecture.caches {
        let mut ports = port(id.as_str(), &cache.port, &cache.engine, &CACHE_PORTS);
        if let (CacheKind::Serverless, Value::Known(ports)) = (cache.kind, &mut ports) {
            ports.push(SERVERLESS_READ_PORT);
        }
        add(id.as_str(), StoreKind::Cache, ports, true);
    }
    for (id, placement) in &architecture.placements {
        let mut definitions =
            placement.task_definition.candidates().filter_map(|id| architecture.task_definitions.get(id));
        if let Some((engine, stated)) =
            definitions.find_map(|definition| cache_of(architecture, images, definition))
        {
            let engine = Attr::known(engine, "container_definitions");
            add(
                id.as_str(),
                StoreKind::CacheService,
                port(id.as_str(), &stated, &engine, &CACHE_PORTS),
                true,
            );
        }
    }
    stores
}

/// The cache that a task is there to run, and its port: every container that maps a port is one, or the only
/// container is. A cache beside an application is a part of that application.
fn cache_of(
    architecture: &Architecture,
    images: &Images,
    definition: &TaskDefinition,
) -> Option<(String, Attr<i64>)> {
    let containers = definition.containers.value.known()?;
    let maps_ports = |id: &&ContainerId| {
        architecture.containers.get(*id).is_some_and(|container| match &container.ports.value {
            Value::Known(ports) => !ports.is_empty(),
            Value::Unknown(_) => true,
            Value::Absent => false,
        })
    };
    let mut serving: Vec<&ContainerId> = containers.iter().filter(maps_ports).collect();
    if serving.is_empty() {
        serving = containers.iter().collect();
    }
    let [id] = serving.as_slice() else { return None };
    let engine = images.containers.get(*id)?.cache_engine.clone()?;
    let mapped = architecture.containers.get(*id).and_then(|container| container.ports.value.known());
    let port = match mapped.map(Vec::as_slice) {
        Some([only]) => only.from.clone(),
        _ => Attr::absent("port"),
    };
    Some((engine, port))
}

/// The port that is configured, else the engine's own.
fn port(id: &str, port: &Attr<i64>, engine: &Attr<String>, defaults: &[(&str, i64)]) -> Value<Vec<i64>> {
    match (&port.value, &engine.value) {
        (Value::Known(port), _) => Value::Known(vec![*port]),
        (Value::Unknown(unknown), _) | (Value::Absent, Value::Unknown(unknown)) => {
            Value::Unknown(unknown.clone())
        }
        (Value::Absent, Value::Known(engine)) => {
            match defaults.iter().find(|(name, _)| engine.starts_with(name)) {
                Some((_, port)) => Value::Known(vec![*port]),
                None => Value::Unknown(Unknown::new(
                    Why::OutsideInput,
                    format!("{id}: the port of the engine {engine}"),
                )),
            }
        }
        (Value::Absent, Value::Absent) => Value::Unknown(Unknown::new(
            Why::AfterApply,
            format!("{id}: its port, which the source of the data decides"),
        )),
    }
}

/// What follows for a database cluster.
#[derive(Debug, Default, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DbClusterFacts {
    /// Its instances.
    pub instances: BTreeMap<DbInstanceId, Member>,
    /// What other instances it may have.
    pub open: Vec<Unknown>,
    /// How firmly membership is known.
    pub basis: Basis,
}

/// Derives the members of every cluster.
pub fn db_clusters(architecture: &Architecture) -> BTreeMap<DbClusterId, DbClusterFacts> {
    let facts = architecture.db_clusters.keys().map(|id| {
        let mut facts = DbClusterFacts::default();
        for (instance, of) in architecture.db_instances.iter().filter(|(_, of)| of.cluster.stated) {
            if let Some(member) = of.cluster.members.get(id) {
                facts.instances.insert(instance.clone(), *member);
                facts.basis = facts.basis.max(of.cluster.basis);
            } else if let Some(hidden) = of.cluster.hidden().next() {
                let fact = format!("whether {instance} is an instance of {id}: {}", hidden.fact);
                facts.open.push(Unknown::with_remedy(hidden.why, fact, hidden.remedy.clone()));
            }
        }
        (id.clone(), facts)
    });
    facts.collect()
}
