use ecs_audit::model::origin::DocumentId;
use ecs_audit::{policy, topology};
fn main() {
    let bundle = policy::bundle::Bundle::embedded().unwrap_or_else(|e| panic!("{e}"));
    if std::env::args().nth(1).as_deref()==Some("test") {
        for r in &bundle.rules { if let Some(t)=&r.tests { for o in policy::engine::run_tests(&bundle,t,Some(r)) { if let Some(f)=o.failure {println!("FAIL {} {f}",o.name);} } } }
        for t in &bundle.library_tests { for o in policy::engine::run_tests(&bundle,t,None) { println!("{} {:?}",o.name,o.failure);} }
        return;
    }
    let verbose = std::env::var("V").is_ok();
    for p in std::env::args().skip(1) {
        let b = std::fs::read(&p).unwrap();
        let t = match ecs_audit::sources::text::decode(b, &p) { Ok(t)=>t, Err(e)=>{println!("{p}: {e}"); continue} };
        match ecs_audit::sources::plan::read(&t, DocumentId(0), 0) {
            Err(e) => println!("{p}: ERR {e}"),
            Ok((l, _)) => {
                let topo = topology::Topology::derive(&l.architecture);
                let input = policy::input::PolicyInput { architecture: &l.architecture, facts: &topo }.to_json().unwrap();
                if std::env::var("DUMP").is_ok() { println!("{}", serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&input).unwrap()).unwrap()); }
                let ev = policy::engine::Evaluator::new(&bundle.library, &input).unwrap();
                let mut line=String::new();
                for r in &bundle.rules {
                    let o = ev.run(r);
                    use policy::verdict::Answer::*;
                    line += &format!("{}={}/{}/{} ", &o.rule[4..], o.count(Pass), o.count(Fail), o.count(Unknown));
                    if let Some(e)=&o.error { println!("RULE ERROR {} {e}", o.rule); }
                    if verbose { for v in &o.verdicts { if v.answer!=Pass { println!("  {:?} {} {} [{}] {} <{}> {:?} {:?}", v.answer, o.rule, v.resource, v.severity, v.message, v.path, v.missing.as_ref().map(|m|m.fact.clone()), v.related.iter().map(|r|format!("{}: {}",r.resource,r.message)).collect::<Vec<_>>()); } } }
                }
                println!("{} {line}", p.rsplit('/').next().unwrap());
            }
        }
    }
}
