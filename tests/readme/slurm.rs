//! The Slurm blocks of `docs/scale-out.md` on a real cluster of one node: munged, slurmctld and slurmd on loopback, with all
//! their files in one temporary folder. Skipped where Slurm is not installed or the test does not run as root.

use super::scale_out::{Campaign, is_installed, section};
use std::fmt::Write as _;
use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The daemons of one cluster; dropping it ends them.
struct Cluster {
    daemons: Vec<Child>,
    folder: tempfile::TempDir,
}

impl Cluster {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut cluster = Self { daemons: Vec::new(), folder };
        cluster.configure();
        cluster.spawn("munged", &munged_arguments(cluster.folder.path()));
        cluster.wait_for("munged", |cluster| cluster.folder.path().join("munge.socket").exists());
        cluster.spawn("slurmctld", &["-D".to_owned()]);
        cluster.spawn("slurmd", &["-D".to_owned(), "-N".to_owned(), hostname()]);
        cluster.wait_for("an idle node", |cluster| {
            let nodes = cluster.command("sinfo").args(["-h", "-o", "%t"]).output().unwrap();
            String::from_utf8_lossy(&nodes.stdout).contains("idle")
        });
        cluster
    }

    fn configure(&self) {
        let folder = self.folder.path();
        for name in ["state", "spool"] {
            std::fs::create_dir(folder.join(name)).unwrap();
        }
        let key: Vec<u8> = (0..128).map(|place: u8| place.wrapping_mul(37) ^ 0x5a).collect();
        std::fs::write(folder.join("munge.key"), key).unwrap();
        std::fs::set_permissions(
            folder.join("munge.key"),
            std::os::unix::fs::PermissionsExt::from_mode(0o400),
        )
        .unwrap();
        std::fs::write(folder.join("slurm.conf"), slurm_conf(folder)).unwrap();
        // Version 2 of cgroups needs systemd unless told otherwise.
        let is_unified = Path::new("/sys/fs/cgroup/cgroup.controllers").exists();
        let plugin = if is_unified { "cgroup/v2\nIgnoreSystemd=yes" } else { "cgroup/v1" };
        std::fs::write(folder.join("cgroup.conf"), format!("CgroupPlugin={plugin}\n")).unwrap();
    }

    fn command(&self, program: &str) -> Command {
        let sbin = Path::new("/usr/sbin").join(program);
        let mut command = if sbin.exists() { Command::new(sbin) } else { Command::new(program) };
        command.env("SLURM_CONF", self.folder.path().join("slurm.conf")).stdin(Stdio::null());
        command
    }

    fn spawn(&mut self, program: &str, arguments: &[String]) {
        let log = File::create(self.folder.path().join(format!("{program}.out"))).unwrap();
        let mut command = self.command(program);
        command.args(arguments).stdout(Stdio::null()).stderr(log);
        self.daemons.push(command.spawn().unwrap());
    }

    fn wait_for(&self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !is_there(self) {
            assert!(Instant::now() < deadline, "no {what}:\n{}", self.logs());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn logs(&self) -> String {
        ["munged", "slurmctld", "slurmd"].iter().fold(String::new(), |mut logs, name| {
            let log = std::fs::read_to_string(self.folder.path().join(format!("{name}.out")));
            writeln!(logs, "== {name}\n{}", log.unwrap_or_default()).unwrap();
            logs
        })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for daemon in self.daemons.iter_mut().rev() {
            // A daemon that has ended needs no signal.
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

fn munged_arguments(folder: &Path) -> Vec<String> {
    let file = |option: &str, name: &str| format!("--{option}={}", folder.join(name).display());
    let mut arguments = vec!["--foreground".to_owned(), "--force".to_owned()];
    arguments.extend([
        file("socket", "munge.socket"),
        file("key-file", "munge.key"),
        file("pid-file", "munge.pid"),
        file("log-file", "munge.log"),
        file("seed-file", "munge.seed"),
    ]);
    arguments
}

fn slurm_conf(folder: &Path) -> String {
    let (folder, host) = (folder.display(), hostname());
    let [controller, node] = free_ports();
    format!(
        "ClusterName=test\nSlurmctldHost={host}(127.0.0.1)\nSlurmUser=root\nSlurmdUser=root\nAuthType=auth/munge\n\
         CredType=cred/munge\nAuthInfo=socket={folder}/munge.socket\nSlurmctldPort={controller}\nSlurmdPort={node}\n\
         StateSaveLocation={folder}/state\nSlurmdSpoolDir={folder}/spool\nSlurmctldPidFile={folder}/slurmctld.pid\n\
         SlurmdPidFile={folder}/slurmd.pid\nProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\n\
         SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\nMpiDefault=none\nReturnToService=2\n\
         MailProg=/bin/true\nSlurmdParameters=config_overrides\n\
         NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=4096 Port={node} State=UNKNOWN\n\
         PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n"
    )
}

fn hostname() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    name.trim().split('.').next().unwrap().to_owned()
}

fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

#[test]
fn slurm() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can start a Slurm cluster");
        return;
    }
    let are_there =
        ["munged", "slurmctld", "slurmd"].iter().all(|name| Path::new("/usr/sbin").join(name).exists());
    if !are_there || !is_installed("sbatch", "slurm") {
        eprintln!("skipped: Slurm and munge are not installed");
        return;
    }
    let cluster = Cluster::start();
    let [script, submit, again, merge] = &section("Slurm")[..] else { panic!("four blocks") };
    let mut campaign = Campaign::with_appcode_file();
    let configuration = cluster.folder.path().join("slurm.conf");
    campaign.world = std::mem::replace(&mut campaign.world, crate::harness::World::new())
        .with("SLURM_CONF", configuration.to_str().unwrap());
    campaign.world.write("hecha.sbatch", script);
    assert_ne!(campaign.run_and_kill_a_shard(submit), Some(0), "a killed shard is told:\n{}", cluster.logs());
    campaign.run(again);
    campaign.run(merge);
    campaign.check();
}
