//! The compose file, and the Dockerfile as a linter reads it.

use std::collections::BTreeSet;
use std::fs;

use rcgen::CertifiedKey;
use serde_json::{Value, json};

use crate::tools::{documents, passes, python, read, run, settings, strings};

const COMPOSE: &str = "deploy/docker/compose.yaml";

#[test]
fn the_file_has_the_schema_of_compose() {
    let check = python("check-jsonschema");
    let with = ["--builtin-schema", "vendor.compose-spec"];
    passes(&check, &[&with[..], &[COMPOSE]].concat());
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("compose.yaml");
    fs::write(&copy, read(COMPOSE).replace("read_only:", "readonly:")).unwrap();
    let misspelt = run(&check, &[&with[..], &[copy.to_str().unwrap()]].concat());
    assert!(!misspelt.is_ok, "the check should find a misspelt name: {}", misspelt.text);
}

#[test]
fn the_dockerfile_is_clean() {
    passes(python("hadolint"), &["deploy/docker/Dockerfile"]);
}

#[test]
fn every_container_is_read_only_and_without_rights() {
    for (name, service) in compose()["services"].as_object().unwrap() {
        assert_eq!(service["read_only"], json!(true), "{name}");
        assert_eq!(service["cap_drop"], json!(["ALL"]), "{name}");
        assert_eq!(service["security_opt"], json!(["no-new-privileges:true"]), "{name}");
        assert_eq!(service["restart"], json!("unless-stopped"), "{name}");
    }
    let service = &compose()["services"]["neuralbox-auth"];
    assert_eq!((&service["user"], service.get("cap_add")), (&json!("10001:10001"), None));
    let grace: u64 = service["stop_grace_period"].as_str().unwrap().trim_end_matches('s').parse().unwrap();
    assert!(grace > 10, "a shutdown takes up to 10 s");
}

/// Secrets are files of a folder that git ignores, and no setting that holds one is in the environment.
#[test]
fn secrets_are_files() {
    let compose = compose();
    let defined: BTreeSet<&String> = compose["secrets"].as_object().unwrap().keys().collect();
    for (name, secret) in compose["secrets"].as_object().unwrap() {
        assert!(secret["file"].as_str().unwrap().starts_with("./secrets/"), "{name}");
    }
    let mut used = BTreeSet::new();
    for service in compose["services"].as_object().unwrap().values() {
        let secrets = service["secrets"].as_array().unwrap();
        used.extend(secrets.iter().map(|secret| secret["source"].as_str().or(secret.as_str()).unwrap().to_owned()));
        let names = service["environment"].as_object().into_iter().flat_map(serde_json::Map::keys);
        for name in names {
            let is_secret = ["TOKEN", "SECRET", "PASSWORD", "DATABASE_URL", "REDIS_URL", "SMTP_URL"];
            assert!(name.ends_with("_FILE") || !is_secret.iter().any(|part| name.contains(part)), "{name}");
        }
    }
    assert!(used.iter().eq(defined.iter().copied()), "{used:?}");
    assert!(read(".gitignore").lines().any(|line| line == "/deploy/docker/secrets"));
}

#[test]
fn the_service_has_its_settings_and_its_address() {
    let compose = compose();
    let service = &compose["services"]["neuralbox-auth"];
    let environment = service["environment"].as_object().unwrap();
    assert!(environment.keys().all(|name| settings().contains(name)), "{environment:?}");
    let target = service["secrets"][0]["target"].as_str().unwrap().to_owned();
    let folder = target.strip_suffix("/.env").expect("the settings are the file .env");
    assert!(read("deploy/docker/Dockerfile").contains(&format!("WORKDIR {folder}\n")), "{folder}");
    let nginx = compose["services"]["nginx"]["networks"]["front"]["ipv4_address"].as_str().unwrap();
    let trusted = environment["NEURALBOX_TRUSTED_PROXIES"].as_str().unwrap();
    assert!(trusted.split(',').any(|network| network == format!("{nginx}/32")), "{trusted}");
    assert!(service["ports"].as_array().unwrap().iter().all(|port| port.as_str().unwrap().starts_with("127.0.0.1:")));
    assert_eq!(compose["networks"]["back"]["internal"], json!(true));
}

/// nginx starts with a command that edits the configuration of `deploy/proxy`: run here, and its result checked by nginx.
#[test]
fn nginx_gets_a_valid_configuration() {
    let compose = compose();
    let command = strings(&compose["services"]["nginx"]["command"]).join("\0");
    let script = command.strip_prefix("sh\0-ec\0").unwrap().replace("$$", "$");
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let script = script
        .replace("/etc/neuralbox-auth/neuralbox-auth.conf", "deploy/proxy/neuralbox-auth.conf")
        .replace("/etc/nginx/conf.d/default.conf", &format!("{place}/default.conf"))
        .replace("exec nginx -g 'daemon off;'", "true");
    passes("env", &["AUTH_HOST=auth.test", "sh", "-ec", &script]);

    let made = read(format!("{place}/default.conf"));
    let service = compose["services"]["neuralbox-auth"]["networks"]["front"]["ipv4_address"].as_str().unwrap();
    assert!(made.contains(&format!("server {service}:8080;")) && made.contains("server_name auth.test;"), "{made}");
    assert!(!made.contains("127.0.0.1:8080;") && !made.contains("server_name auth.example.com"), "{made}");
    let mounted: Vec<_> =
        compose["services"]["nginx"]["secrets"].as_array().unwrap().iter().map(|secret| &secret["target"]).collect();
    assert!(mounted.iter().all(|file| made.contains(file.as_str().unwrap())), "{mounted:?}");

    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["auth.test".to_owned()]).unwrap();
    fs::write(format!("{place}/certificate.pem"), cert.pem()).unwrap();
    fs::write(format!("{place}/key.pem"), signing_key.serialize_pem()).unwrap();
    let made = made.replace("/etc/ssl/neuralbox-auth", place).replace("listen 80;", "listen 18080;");
    let made = made.replace("listen 443 ssl;", "listen 18443 ssl;");
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|what| format!("{what}_temp_path {place}/{what};")).concat();
    let whole = format!("pid {place}/pid;\nevents {{}}\nhttp {{\naccess_log off; {temporary}\n{made}\n}}\n");
    let main = format!("{place}/nginx.conf");
    fs::write(&main, whole).unwrap();
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    passes("env", &[path, "nginx", "-t", "-e", "stderr", "-p", place, "-c", &main]);
}

/// Not newer than `pg_dump` of the Debian that the image and the tests have.
#[test]
fn servers_have_the_versions_that_are_tested() {
    let compose = compose();
    let image = |name: &str| compose["services"][name]["image"].as_str().unwrap().to_owned();
    assert_eq!(image("postgres"), "postgres:15-bookworm");
    assert_eq!(image("redis"), "redis:7-bookworm");
    assert!(read("deploy/docker/Dockerfile").contains("\nFROM debian:bookworm-slim\n"));
}

fn compose() -> Value {
    documents(COMPOSE).remove(0)
}
