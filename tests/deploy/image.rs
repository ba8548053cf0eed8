//! The container image without Docker: the program and its libraries alone as root of the file system, with the user, the
//! environment and the commands of the Dockerfile.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::program::{Names, Program, TOKEN, Telegram, person};
use crate::tools::{files, passes, read, settings};

const DOCKERFILE: &str = "deploy/docker/Dockerfile";
const PROGRAM: &str = env!("CARGO_BIN_EXE_neuralbox-auth");
/// Libraries of glibc and of its compiler.
const LIBRARIES: [&str; 6] = ["linux-vdso", "libc.so", "libm.so", "libgcc_s.so", "ld-linux", "libpthread.so"];

#[test]
fn the_program_needs_glibc_and_no_other_library() {
    let libraries = passes("ldd", &[PROGRAM]);
    assert!(libraries.contains("libc.so.6"), "{libraries}");
    for line in libraries.lines().map(str::trim) {
        let name = line.split(' ').next().unwrap().rsplit('/').next().unwrap();
        assert!(LIBRARIES.iter().any(|known| name.starts_with(known)), "the image should have {line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_with_nothing_else_and_writes_to_data_alone() {
    let (telegram, image) = (Telegram::start().await, Image::make());
    image.settings(&format!("TELEGRAM_BOT_TOKEN={TOKEN}\nTELEGRAM_API_URL={}\n", telegram.url));
    let before = image.files();
    let unhealthy = image.run(&image.dockerfile.health);
    assert!(!unhealthy.status.success(), "nothing runs yet");

    let program = Program::of(image.command(&image.dockerfile.start)).serving();
    let healthy = image.run(&image.dockerfile.health);
    assert!(healthy.status.success(), "{healthy:?}");
    let ready = image.run(&[&image.dockerfile.health[..], &["--ready".to_owned()]].concat());
    assert!(ready.status.success() && said(&ready).contains("\"status\":\"ready\""), "{ready:?}");
    let (access, _) = program.sign_in(&telegram, &person(1001)).await;
    assert_eq!(program.ask(program.get("/api/v2/me").bearer_auth(&access)).await.unwrap().0, 200);

    program.signal("TERM");
    assert!(program.ended().success());
    let stopped = image.run(&image.dockerfile.health);
    assert!(!stopped.status.success() && said(&stopped).contains("no connection"), "{stopped:?}");
    let new: BTreeSet<_> = image.files().difference(&before).cloned().collect();
    let data = Path::new(image.dockerfile.folder.trim_start_matches('/')).join("data");
    assert!(new.contains(&data.join("neuralbox.db")) && new.contains(&data.join("jwt_secret")), "{new:?}");
    assert!(new.iter().all(|file| file.starts_with(&data)), "{new:?}");
}

/// The other settings do not matter: they may have changed since the start.
#[test]
fn health_reads_the_address_alone_and_says_what_the_service_answers() {
    let folder = tempfile::tempdir().unwrap();
    for (answer, code, said) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok\n", 0, "ok\n"),
        (
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 9\r\n\r\nnot ready",
            1,
            "503 Service Unavailable: not ready\n",
        ),
        ("SSH-2.0-OpenSSH_9.2\r\n", 1, "no valid answer\n"),
    ] {
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = service.local_addr().unwrap().to_string();
        let served = std::thread::spawn(move || {
            let (mut caller, _) = service.accept().unwrap();
            let mut head = [0; 1024];
            let length = caller.read(&mut head).unwrap();
            caller.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&head[..length]).lines().next().unwrap().to_owned()
        });
        let names = Names::default().with("NEURALBOX_LISTEN", &address).with("NEURALBOX_LOG", "xml");
        let ran = names.run(folder.path(), &["health", "--ready"]);
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!([ran.out, ran.err].concat().ends_with(said), "{said}");
        assert_eq!(served.join().unwrap(), "GET /readyz?exclude=telegram HTTP/1.1");
    }
    let wrong = Names::default().with("NEURALBOX_LISTEN", "nowhere").run(folder.path(), &["health"]);
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.err.contains("NEURALBOX_LISTEN: expected an address like 127.0.0.1:8080"), "{}", wrong.err);
}

/// Colours are for a terminal.
#[tokio::test(flavor = "multi_thread")]
async fn logs_have_no_colours_outside_a_terminal() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let names = Names::usual(&telegram.url, "sqlite://a.db").with("NEURALBOX_LOG", "text");
    let program = names.begin(folder.path());
    let line = program.line("serving");
    assert!(line.contains("INFO serving") && !line.contains('\u{1b}'), "{line:?}");
}

#[test]
fn the_image_has_the_settings_of_the_program() {
    let Dockerfile { environment, user, .. } = Dockerfile::read();
    assert!(environment.keys().all(|name| settings().contains(name)), "{environment:?}");
    assert_eq!(user, "10001:10001", "a number: Kubernetes cannot tell if a name is root");
    let text = read(DOCKERFILE);
    let ports: Vec<_> = ["NEURALBOX_LISTEN", "NEURALBOX_METRICS_LISTEN"]
        .map(|name| environment[name].rsplit(':').next().unwrap())
        .into();
    assert!(text.contains(&format!("\nEXPOSE {}\n", ports.join(" "))), "{ports:?}");
}

/// One version everywhere, and the oldest toolchain that builds it.
#[test]
fn versions_are_those_of_the_package() {
    let package: toml::Table = read("Cargo.toml").parse().unwrap();
    let rust = package["workspace"]["package"]["rust-version"].as_str().unwrap();
    assert!(read(DOCKERFILE).contains(&format!("FROM rust:{rust}-")), "{rust}");
    let image = concat!("neuralbox-auth:", env!("CARGO_PKG_VERSION"));
    for file in [
        DOCKERFILE,
        "deploy/docker/compose.yaml",
        "deploy/kubernetes/neuralbox-auth.yaml",
        "deploy/kubernetes/migrate/job.yaml",
    ] {
        let text = read(file);
        let named: Vec<&str> = text.match_indices("neuralbox-auth:").map(|(at, _)| &text[at..]).collect();
        let versions =
            named.iter().filter(|rest| rest["neuralbox-auth:".len()..].starts_with(|c: char| c.is_ascii_digit()));
        assert!(versions.clone().count() > 0, "{file}");
        assert!(versions.clone().all(|rest| rest.starts_with(image)), "{file} should have {image}");
    }
}

/// What the build reads is not left out of its context.
#[test]
fn the_context_of_the_build_has_what_the_program_includes() {
    let ignored: Vec<PathBuf> = read("deploy/docker/Dockerfile.dockerignore")
        .lines()
        .filter_map(|line| line.strip_prefix('/').map(PathBuf::from))
        .collect();
    assert!(ignored.contains(&PathBuf::from("target")) && ignored.contains(&PathBuf::from("docs")), "{ignored:?}");
    let mut seen = 0;
    for file in ["src", "crates"].iter().flat_map(|folder| files(Path::new(folder))) {
        if file.extension().is_none_or(|kind| kind != "rs") {
            continue;
        }
        let text = read(&file);
        let calls = ["include_str!(\"", "include_bytes!(\""];
        for part in calls.iter().flat_map(|call| text.split(call).skip(1)) {
            let Some((path, _)) = part.split_once("\")") else { continue };
            let included = normal(&file.parent().unwrap().join(path));
            seen += 1;
            assert!(!ignored.iter().any(|folder| included.starts_with(folder)), "{} includes {path}", file.display());
        }
    }
    assert!(seen > 20, "the search should find the included files");
    for needed in ["Cargo.toml", "Cargo.lock", "build.rs", "migrations", "askama.toml", "templates", "benches"] {
        assert!(Path::new(needed).exists() && !ignored.iter().any(|folder| folder == Path::new(needed)), "{needed}");
    }
}

/// What the last stage of the Dockerfile says.
struct Dockerfile {
    environment: BTreeMap<String, String>,
    folder: String,
    user: String,
    start: Vec<String>,
    health: Vec<String>,
}

impl Dockerfile {
    fn read() -> Self {
        let text = read(DOCKERFILE);
        let (_, stage) = text.rsplit_once("\nFROM ").unwrap();
        let one = |word: &str| {
            let lines: Vec<&str> =
                stage.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' ')).collect();
            assert_eq!(lines.len(), 1, "{word}");
            lines[0].to_owned()
        };
        let command =
            |text: &str| serde_json::from_str::<Vec<String>>(text).expect("a command is a list, for there is no shell");
        let environment = one("ENV");
        let environment = environment.split(' ').map(|pair| pair.split_once('=').unwrap());
        Self {
            environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            folder: one("WORKDIR"),
            user: one("USER"),
            start: [command(&one("ENTRYPOINT")), command(&one("CMD"))].concat(),
            health: command(one("HEALTHCHECK").split_once("CMD ").unwrap().1),
        }
    }
}

/// Root of a file system with the program, its libraries, and the folder of the Dockerfile.
struct Image {
    root: TempDir,
    dockerfile: Dockerfile,
    ports: BTreeMap<String, String>,
}

impl Image {
    fn make() -> Self {
        // Beside the program: folders for temporary files may be mounted without the right to run programs.
        let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let dockerfile = Dockerfile::read();
        let libraries = passes("ldd", &[PROGRAM]);
        let libraries = libraries.split_whitespace().filter(|word| word.starts_with('/'));
        let copies = libraries.map(|file| (file, file)).chain([(PROGRAM, "/usr/local/bin/neuralbox-auth")]);
        for (source, place) in copies {
            let target = root.path().join(place.trim_start_matches('/'));
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(source, &target).unwrap();
        }
        let data = root.path().join(dockerfile.folder.trim_start_matches('/')).join("data");
        fs::create_dir_all(&data).unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
        if is_root() {
            passes("chown", &[&dockerfile.user, data.to_str().unwrap()]);
        }
        // The addresses of the image with ports that are free here.
        let free = || TcpListener::bind("127.0.0.1:0").unwrap();
        let listeners = [free(), free()];
        let names = ["NEURALBOX_LISTEN", "NEURALBOX_METRICS_LISTEN"].iter().zip(&listeners);
        let ports = names.map(|(name, listener)| {
            let host = dockerfile.environment[*name].rsplit_once(':').unwrap().0;
            ((*name).to_owned(), format!("{host}:{}", listener.local_addr().unwrap().port()))
        });
        let ports = ports.collect();
        Self { root, dockerfile, ports }
    }

    /// Mounts the file `.env`, readable by the user of the image alone.
    fn settings(&self, text: &str) {
        let file = self.root.path().join(self.dockerfile.folder.trim_start_matches('/')).join(".env");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
        if is_root() {
            passes("chown", &[&self.dockerfile.user, file.to_str().unwrap()]);
        }
    }

    /// Command that becomes a program of the image, as its user. Without root, that user is this one.
    fn command(&self, words: &[String]) -> Command {
        let Dockerfile { environment, folder, user, .. } = &self.dockerfile;
        let mut command = Command::new("/usr/bin/unshare");
        let (id, group) = user.split_once(':').unwrap();
        if is_root() {
            command.args(["--setgid", group, "--setuid", id]);
        } else {
            command.arg("--map-root-user");
        }
        command.arg("--root").arg(self.root.path()).args(["--wd", folder]).args(words);
        // Docker's own.
        command.env_clear().env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        command.envs(environment).envs(&self.ports).stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[String]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Files of the image, relative to its root.
    fn files(&self) -> BTreeSet<PathBuf> {
        files(self.root.path()).iter().map(|file| file.strip_prefix(self.root.path()).unwrap().to_owned()).collect()
    }
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Resolves `..` by name.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut whole, part| {
        if part.as_os_str() == ".." {
            whole.pop();
        } else {
            whole.push(part);
        }
        whole
    })
}
