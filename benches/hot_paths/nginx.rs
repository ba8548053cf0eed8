//! nginx that verifies every request with the service, by our recipe, compared with the same nginx without verification.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

use crate::hot_paths::load::{Load, Shape, Target};
use crate::hot_paths::machine::{Core, find, free_port, pinned};
use crate::hot_paths::pairs::Turns;
use crate::hot_paths::place::Database;
use crate::hot_paths::seed::{Seed, lines_file};
use crate::hot_paths::service::{HUGE, Service, await_ready, status_for};
use crate::hot_paths::table::{Goal, Table};
use crate::{Bench, Fault};

/// The recipe and its ports: the service's, the API's and that of callers.
const RECIPE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/gateways/nginx/neuralbox.conf");
const WRITTEN: [&str; 3] = [":8080", ":3000", ":8000"];
/// Number of slices, and seconds of each.
const SLICES: (usize, u64) = (4, 2);
/// Accounts, with two keys each.
const ACCOUNTS: usize = 1000;

/// Measures the row, with nginx and the service on one core.
pub(crate) async fn run(bench: &mut Bench) -> Result<(), Fault> {
    if !bench.wants("nginx") {
        return Ok(());
    }
    let Ok(recipe) = fs::read_to_string(RECIPE) else {
        Table::skipped("nginx", "there is no recipe in deploy/gateways/nginx");
        return Ok(());
    };
    if find("nginx").is_none() {
        Table::skipped("nginx", "nginx is missing: apt-get install nginx");
        return Ok(());
    }
    let folder = bench.folder.path().join("nginx");
    fs::create_dir(&folder)?;
    let place = Database::Sqlite.make(&folder, "nginx").await?;
    Service::migrate(&folder, &bench.telegram, &place.url)?;
    let mut seed = Seed::open(&place.url).await?;
    seed.people(HUGE, 0, ACCOUNTS).await?;
    let keys = seed.keys(0, ACCOUNTS, 2).await?;
    seed.close().await?;
    let service = Service::start(&folder, &bench.telegram, &place.url).await?;
    let nginx = Nginx::start(&folder, &recipe, &service.target("").url).await?;
    let key = keys.first().ok_or("no keys")?;
    for target in [&nginx.api, &nginx.open, &nginx.guarded] {
        let status = status_for(target, key).await?;
        if status != 200 {
            return Err(format!("nginx: {} answered {status}", target.url).into());
        }
    }
    let lines = lines_file(folder.join("keys"), &keys)?;
    compare(bench, &nginx, &lines)
}

fn compare(bench: &mut Bench, nginx: &Nginx, lines: &(std::path::PathBuf, usize)) -> Result<(), Fault> {
    let load = |target: &Target| Load {
        target: target.clone(),
        shape: Shape::Key,
        lines: Some(lines.clone()),
        connections: 64,
        seconds: SLICES.1,
    };
    let rows = [
        ("nginx, recipe / no auth", &nginx.open, Goal::Rate(0.20)),
        ("nginx, recipe / fixed text", &nginx.api, Goal::None),
    ];
    for (name, floor, goal) in rows {
        let turns = Turns::take(SLICES.0, &bench.family(), &load(floor), |_| Ok(load(&nginx.guarded)))?;
        if turns.target.iter().any(|slice| slice.refused > 0.0) {
            return Err(format!("{name}: some were refused").into());
        }
        bench.table.turns(name, &turns, goal);
    }
    Ok(())
}

/// One nginx with three listeners. Killed when dropped.
struct Nginx {
    child: Child,
    /// An API that answers a fixed text.
    api: Target,
    /// A proxy to it.
    open: Target,
    /// The recipe before it.
    guarded: Target,
}

impl Nginx {
    async fn start(folder: &Path, recipe: &str, service: &str) -> Result<Self, Fault> {
        let service = service.rsplit_once(':').map_or("", |(_, port)| port);
        let (api, open, guarded) = (free_port()?, free_port()?, free_port()?);
        let used = [service.to_owned(), api.to_string(), guarded.to_string()];
        let mut text = recipe.to_owned();
        for (written, port) in WRITTEN.iter().zip(used) {
            if !text.contains(written) {
                return Err(format!("{RECIPE} has no {written}").into());
            }
            text = text.replace(written, &format!(":{port}"));
        }
        let at = |name: &str| folder.join(name).display().to_string();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|what| format!("{what}_temp_path {};\n", at(what)));
        let around = format!(
            "daemon off; master_process off; pid {pid}; error_log {log};\nevents {{ worker_connections 4096; }}\n\
             http {{ access_log off; keepalive_requests 1000000000;\n{temporary}{text}\n\
             server {{ listen 127.0.0.1:{api}; default_type application/json; return 200 '{{\"ok\":true}}'; }}\n\
             server {{ listen 127.0.0.1:{open}; location / {{ proxy_pass http://neuralbox_api; proxy_http_version 1.1; \
             proxy_set_header Connection \"\"; }} }}\n}}\n",
            pid = at("pid"),
            log = at("error.log"),
            temporary = temporary.concat(),
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, around)?;
        let mut command = pinned(Core::Measured, find("nginx").ok_or("nginx is missing")?);
        command.args(["-e", &at("error.log"), "-p", &at(""), "-c"]).arg(&file).stdin(Stdio::null());
        let child = command.spawn()?;
        let target = |port: u16| Target { process: child.id(), url: format!("http://127.0.0.1:{port}/") };
        let nginx = Self { api: target(api), open: target(open), guarded: target(guarded), child };
        await_ready(&nginx.api.url).await.map_err(|fault| {
            format!("{fault}: {}", fs::read_to_string(folder.join("error.log")).unwrap_or_default())
        })?;
        Ok(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
