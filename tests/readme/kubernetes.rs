//! The Kubernetes block of `docs/scale-out.md`: its fields are those of the API's schema, and its command is run with the
//! environment as the job controller builds it.

use super::scale_out::{Campaign, section};
use serde_json::Value;
use std::process::Command;

/// The fields of each object in the API of version 1.29 (`batch/v1`, `core/v1`), with the object that a field holds.
const SCHEMA: &[(&str, &[(&str, &str)])] = &[
    ("Job", &[("apiVersion", ""), ("kind", ""), ("metadata", "ObjectMeta"), ("spec", "JobSpec")]),
    ("ObjectMeta", &[("name", ""), ("labels", ""), ("annotations", ""), ("namespace", "")]),
    (
        "JobSpec",
        &[
            ("completionMode", ""),
            ("completions", ""),
            ("parallelism", ""),
            ("backoffLimit", ""),
            ("backoffLimitPerIndex", ""),
            ("maxFailedIndexes", ""),
            ("podReplacementPolicy", ""),
            ("podFailurePolicy", "PodFailurePolicy"),
            ("activeDeadlineSeconds", ""),
            ("ttlSecondsAfterFinished", ""),
            ("template", "PodTemplateSpec"),
        ],
    ),
    ("PodFailurePolicy", &[("rules", "PodFailurePolicyRule")]),
    (
        "PodFailurePolicyRule",
        &[("action", ""), ("onExitCodes", "OnExitCodes"), ("onPodConditions", "PodConditionPattern")],
    ),
    ("OnExitCodes", &[("containerName", ""), ("operator", ""), ("values", "")]),
    ("PodConditionPattern", &[("type", ""), ("status", "")]),
    ("PodTemplateSpec", &[("metadata", "ObjectMeta"), ("spec", "PodSpec")]),
    (
        "PodSpec",
        &[
            ("restartPolicy", ""),
            ("terminationGracePeriodSeconds", ""),
            ("containers", "Container"),
            ("volumes", "Volume"),
        ],
    ),
    (
        "Container",
        &[
            ("name", ""),
            ("image", ""),
            ("command", ""),
            ("args", ""),
            ("env", "EnvVar"),
            ("resources", "ResourceRequirements"),
            ("volumeMounts", "VolumeMount"),
        ],
    ),
    ("EnvVar", &[("name", ""), ("value", "")]),
    ("ResourceRequirements", &[("limits", ""), ("requests", "")]),
    ("VolumeMount", &[("name", ""), ("mountPath", ""), ("readOnly", ""), ("subPath", "")]),
    (
        "Volume",
        &[
            ("name", ""),
            ("configMap", "ConfigMapVolumeSource"),
            ("secret", "SecretVolumeSource"),
            ("persistentVolumeClaim", "PersistentVolumeClaimVolumeSource"),
        ],
    ),
    ("ConfigMapVolumeSource", &[("name", ""), ("items", ""), ("defaultMode", "")]),
    ("SecretVolumeSource", &[("secretName", ""), ("items", ""), ("defaultMode", "")]),
    ("PersistentVolumeClaimVolumeSource", &[("claimName", ""), ("readOnly", "")]),
];

/// The manifest as JSON. `None` where Python has no YAML.
fn manifest() -> Option<Value> {
    let [yaml] = &section("Kubernetes")[..] else { panic!("one block") };
    let program = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.argv[1])))";
    let read = Command::new("python3").args(["-c", program, yaml]).output().ok()?;
    if !read.status.success() {
        eprintln!("skipped: python3 has no module yaml");
        return None;
    }
    Some(serde_json::from_slice(&read.stdout).unwrap())
}

fn check_fields(value: &Value, object: &str) {
    if let Value::Array(values) = value {
        return values.iter().for_each(|value| check_fields(value, object));
    }
    let (_, fields) = SCHEMA.iter().find(|(name, _)| *name == object).expect("an object of the schema");
    for (name, value) in value.as_object().unwrap_or_else(|| panic!("{object} is an object")) {
        let (_, held) = fields.iter().find(|(field, _)| field == name).unwrap_or_else(|| {
            panic!("{object} has no field {name}");
        });
        if !held.is_empty() {
            check_fields(value, held);
        }
    }
}

#[test]
fn the_manifest_has_fields_of_the_schema_and_its_rules_agree_with_the_exit_codes() {
    let Some(manifest) = manifest() else { return };
    check_fields(&manifest, "Job");
    let spec = &manifest["spec"];
    let pod = &spec["template"]["spec"];
    // Required by the API for a policy on failures, and for a limit on each index.
    assert_eq!((&pod["restartPolicy"], &spec["completionMode"]), (&"Never".into(), &"Indexed".into()));
    assert_eq!(spec["podReplacementPolicy"], "Failed");
    let rules = spec["podFailurePolicy"]["rules"].as_array().unwrap();
    assert_eq!(
        (&rules[0]["action"], &rules[0]["onPodConditions"][0]["type"]),
        (&"Ignore".into(), &"DisruptionTarget".into())
    );
    let codes = |action: &str| {
        let rule = rules.iter().find(|rule| rule["action"] == action).expect("a rule");
        rule["onExitCodes"]["values"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_u64)
            .collect::<Vec<u64>>()
    };
    assert_eq!((codes("FailJob"), codes("FailIndex")), (vec![2, 4, 7, 8], vec![6]));
    let mounts = pod["containers"][0]["volumeMounts"].as_array().unwrap();
    let volumes = pod["volumes"].as_array().unwrap();
    assert!(mounts.iter().all(|mount| volumes.iter().any(|volume| volume["name"] == mount["name"])));
}

/// The value of a variable with the references that the kubelet expands: those to variables that stand before it.
fn expanded(value: &str, earlier: &[(String, String)]) -> String {
    earlier.iter().fold(value.to_owned(), |value, (name, text)| value.replace(&format!("$({name})"), text))
}

/// The shell line that runs one pod: the container's variables in their order, then the index, which comes last.
fn pod(container: &Value, index: u64, campaign: &Campaign) -> String {
    let home = campaign.world.home().display().to_string();
    let mounted = |text: &str| {
        ["list", "secrets", "shards"].iter().fold(text.to_owned(), |text, mount| {
            text.replace(&format!("/{mount}/"), &format!("{home}/{mount}/"))
        })
    };
    let mut variables: Vec<(String, String)> = Vec::new();
    for variable in container["env"].as_array().unwrap() {
        let name = variable["name"].as_str().unwrap().to_owned();
        let value = expanded(variable["value"].as_str().unwrap(), &variables);
        // The endpoint of the guide is an example.
        if name != "HECHA_MARKET_ENDPOINT" {
            variables.push((name, mounted(&value)));
        }
    }
    variables.push(("JOB_COMPLETION_INDEX".to_owned(), index.to_string()));
    let command =
        container["command"].as_array().unwrap().iter().chain(container["args"].as_array().unwrap());
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let variables: Vec<String> =
        variables.iter().map(|(name, value)| quoted(&format!("{name}={value}"))).collect();
    let command: Vec<String> =
        command.map(|word| quoted(&mounted(&expanded(word.as_str().unwrap(), &[])))).collect();
    format!("env {} {}", variables.join(" "), command.join(" "))
}

#[test]
fn kubernetes() {
    let Some(manifest) = manifest() else { return };
    let container = &manifest["spec"]["template"]["spec"]["containers"][0];
    let completions = manifest["spec"]["completions"].as_u64().unwrap();
    let campaign = Campaign::with_appcode_file();
    for folder in ["list", "secrets", "shards"] {
        std::fs::create_dir(campaign.world.path(folder)).unwrap();
    }
    std::fs::copy(campaign.world.path("companies.txt"), campaign.world.path("list/companies.txt")).unwrap();
    std::fs::copy(campaign.world.path(".secrets/market-appcode"), campaign.world.path("secrets/appcode"))
        .unwrap();
    let pods: Vec<String> =
        (0..completions).map(|index| format!("({}) &\n", pod(container, index, &campaign))).collect();
    let script = format!(
        "{}failed=0; for job in $(jobs -p); do wait $job || failed=1; done; exit $failed",
        pods.concat()
    );
    assert_ne!(campaign.run_and_kill_a_shard(&script), Some(0), "a killed pod is told");
    campaign.run(&pod(container, 1, &campaign));
    assert_eq!(
        std::fs::read_dir(campaign.world.path("shards"))
            .unwrap()
            .flatten()
            .filter(|entry| { entry.path().extension().is_some_and(|extension| extension == "db") })
            .count(),
        4,
        "each pod has an archive of its own"
    );
    campaign.run(&section("GNU parallel")[2]);
    campaign.check();
}
