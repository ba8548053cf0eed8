//! The manifests for Kubernetes.

use serde_json::{Value, json};

use crate::tools::{documents, passes, python, read, run, settings};

const SERVICE: &str = "deploy/kubernetes/neuralbox-auth.yaml";
const MIGRATE: &str = "deploy/kubernetes/migrate/job.yaml";
const SECRET: &str = "deploy/kubernetes/secret.yaml.example";

#[test]
fn the_manifests_have_the_schemas_of_kubernetes() {
    let validate = |file: &str| run(python("kubernetes-validate"), &["--strict", file]);
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("manifest.yaml");
    for file in [SERVICE, MIGRATE, SECRET] {
        // The tool looks at the end of the name.
        std::fs::copy(file, &copy).unwrap();
        passes(python("kubernetes-validate"), &["--strict", copy.to_str().unwrap()]);
    }
    std::fs::write(&copy, read(SERVICE).replace("livenessProbe", "livelinessProbe")).unwrap();
    let misspelt = validate(copy.to_str().unwrap());
    assert!(!misspelt.is_ok, "the check should find a misspelt name: {}", misspelt.text);
}

#[test]
fn pods_have_no_rights_that_they_do_not_need() {
    for pod in
        [of_kind(SERVICE, "Deployment"), of_kind(MIGRATE, "Job")].map(|part| part["spec"]["template"]["spec"].clone())
    {
        assert_eq!(pod["automountServiceAccountToken"], json!(false));
        assert_eq!(pod["securityContext"]["runAsNonRoot"], json!(true));
        assert_eq!(pod["securityContext"]["seccompProfile"]["type"], json!("RuntimeDefault"));
        for container in pod["containers"].as_array().unwrap() {
            let expected = json!({
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}
            });
            assert_eq!(container["securityContext"], expected);
            assert!(container["resources"]["limits"]["memory"].is_string(), "{container}");
        }
    }
    assert_eq!(of_kind(SERVICE, "ServiceAccount")["automountServiceAccountToken"], json!(false));
}

#[test]
fn probes_and_ports_are_those_of_the_program() {
    let deployment = of_kind(SERVICE, "Deployment");
    let pod = &deployment["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let paths = ["startupProbe", "livenessProbe", "readinessProbe"].map(|probe| {
        assert_eq!(container[probe]["httpGet"]["port"], json!("http"));
        container[probe]["httpGet"]["path"].as_str().unwrap().to_owned()
    });
    assert_eq!(paths, ["/livez", "/livez", "/readyz?exclude=telegram"]);
    let dockerfile = read("deploy/docker/Dockerfile");
    for port in container["ports"].as_array().unwrap() {
        let setting = if port["name"] == "http" { "NEURALBOX_LISTEN" } else { "NEURALBOX_METRICS_LISTEN" };
        assert!(dockerfile.contains(&format!("{setting}=0.0.0.0:{}", port["containerPort"])), "{port}");
    }
    let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
    let sleep = container["lifecycle"]["preStop"]["sleep"]["seconds"].as_u64().unwrap();
    assert!(grace > sleep + 10, "a shutdown takes up to 10 s");
    assert!(dockerfile.contains(&format!(
        "WORKDIR {}",
        container["volumeMounts"][0]["mountPath"].as_str().unwrap().trim_end_matches("/data")
    )));
}

#[test]
fn every_part_selects_the_pods() {
    let labels = of_kind(SERVICE, "Deployment")["spec"]["template"]["metadata"]["labels"].clone();
    let selectors = [
        of_kind(SERVICE, "Deployment")["spec"]["selector"]["matchLabels"].clone(),
        of_kind(SERVICE, "Service")["spec"]["selector"].clone(),
        of_kind(SERVICE, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"].clone(),
        of_kind(SERVICE, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"].clone(),
    ];
    assert!(selectors.iter().all(|selector| *selector == labels), "{selectors:?}");
    let migrates = of_kind(MIGRATE, "Job")["spec"]["template"]["metadata"]["labels"].clone();
    assert_ne!(migrates, labels, "the Service should send nothing to a migration");
    let replicas = of_kind(SERVICE, "Deployment")["spec"]["replicas"].as_u64().unwrap();
    assert!(replicas > of_kind(SERVICE, "PodDisruptionBudget")["spec"]["minAvailable"].as_u64().unwrap());
}

#[test]
fn settings_have_the_names_of_the_program() {
    let known = settings();
    let (map, secret) = (of_kind(SERVICE, "ConfigMap"), of_kind(SECRET, "Secret"));
    let names: Vec<&String> =
        [&map["data"], &secret["stringData"]].into_iter().flat_map(|part| part.as_object().unwrap().keys()).collect();
    assert!(names.iter().all(|name| known.contains(*name)), "{names:?}");
    for needed in [
        "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_WEBHOOK_URL",
        "DATABASE_URL",
        "NEURALBOX_JWT_SECRET",
        "NEURALBOX_TRUSTED_PROXIES",
    ] {
        assert!(names.iter().any(|name| *name == needed), "several instances need {needed}");
    }
    for (file, kind) in [(SERVICE, "Deployment"), (MIGRATE, "Job")] {
        let from = of_kind(file, kind)["spec"]["template"]["spec"]["containers"][0]["envFrom"].clone();
        assert_eq!(from[0]["configMapRef"]["name"], map["metadata"]["name"], "{file}");
        assert_eq!(from[1]["secretRef"]["name"], secret["metadata"]["name"], "{file}");
    }
}

/// Returns the only object of a kind.
fn of_kind(file: &str, kind: &str) -> Value {
    let mut found: Vec<Value> = documents(file).into_iter().filter(|document| document["kind"] == kind).collect();
    assert_eq!(found.len(), 1, "{kind} in {file}");
    found.remove(0)
}
