//! The same look-up through every configured way of asking, against the sandbox, which checks signatures by the documents.

use super::adapter::ids;
use crate::harness::{World, sandbox};
use hecha::sandbox::SAMPLE_OWNER;
use serde_json::Value;

fn document(world: &World, provider: &str) -> Value {
    world.run(["copyright", "--provider", provider, SAMPLE_OWNER]).exits_with(0).json()
}

#[test]
fn ihuyi_answers_the_same_by_each_method_password_and_wire() {
    let sandbox = sandbox();
    let mut documents = Vec::new();
    for method in ["post", "get"] {
        for password in ["dynamic", "static"] {
            for ending in [".json", ".xml"] {
                let endpoint = sandbox.endpoint("ihuyi").replace(".json", ending);
                let world = World::with_sandbox(&sandbox)
                    .with("HECHA_IHUYI_METHOD", method)
                    .with("HECHA_IHUYI_PASSWORD", password)
                    .with("HECHA_IHUYI_ENDPOINT", endpoint);
                documents.push(document(&world, "ihuyi"));
            }
        }
    }
    assert_eq!(documents[0]["queries"][0]["returned"], 60);
    for document in &documents {
        assert_eq!(document["records"], documents[0]["records"]);
    }
    assert_eq!(sandbox.calls("ihuyi").requests, 16);
}

#[test]
fn shuidi_answers_the_same_by_each_method_and_wire() {
    let sandbox = sandbox();
    let mut documents = Vec::new();
    for method in ["post", "get"] {
        for wire in ["json", "xml"] {
            let world = World::with_sandbox(&sandbox)
                .with("HECHA_SHUIDI_METHOD", method)
                .with("HECHA_SHUIDI_WIRE", wire);
            documents.push(document(&world, "shuidi"));
        }
    }
    assert_eq!(documents[0]["queries"][0]["returned"], 53);
    assert_eq!(ids(&documents[0], &super::adapter::SHUIDI)[0], "2015SR183758");
    for document in &documents {
        assert_eq!(document["records"], documents[0]["records"]);
    }
}

#[test]
fn all_asks_both_vendors_and_says_whose_each_record_is() {
    let sandbox = sandbox();
    let document = document(&World::with_sandbox(&sandbox), "all");
    let of = |name: &str| {
        let records = document["records"].as_array().expect("records");
        records.iter().filter(|record| record["provider"] == name).count()
    };
    assert_eq!((of("ihuyi"), of("shuidi")), (60, 53));
    let queries = document["queries"].as_array().expect("queries");
    assert_eq!(
        queries.iter().map(|query| query["provider"].as_str().expect("a name")).collect::<Vec<_>>(),
        ["ihuyi", "shuidi"]
    );
}

#[test]
fn the_embedded_sandbox_needs_nothing_and_touches_nothing() {
    let world = World::new();
    let document = world.run(["--sandbox", "dishonest", "乐视云计算有限公司"]).exits_with(0).json();
    assert_eq!(document["records"].as_array().map(Vec::len), Some(30));
    assert_eq!(
        (&document["records"][0]["id"], &document["records"][1]["id"]),
        (&"30778596".into(), &"13989961".into())
    );
    for provider in ["ihuyi", "shuidi"] {
        let ran = world.run(["copyright", "--sandbox", "--provider", provider, SAMPLE_OWNER]).exits_with(0);
        assert!(!ran.json()["records"].as_array().expect("records").is_empty());
    }
    let left: Vec<_> = std::fs::read_dir(world.home()).expect("the home").collect();
    assert!(left.is_empty(), "{left:?}");
    // A broken configuration does not prevent a trial in the sandbox.
    let path = world.write("broken.toml", "[nonsense]\n");
    let world = world.with("HECHA_CONFIG", path.display().to_string());
    world.run(["--sandbox", "dishonest", "某公司"]).exits_with(0);
}
