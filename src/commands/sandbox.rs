//! `hecha sandbox`: serves the simulated vendors until a signal or the end of a command.

use super::{Context, cancelled_by_signals, print, start_sandbox};
use crate::cli::{SandboxArgs, shell_word};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, message};
use crate::interrupt::CancellationToken;
use crate::sandbox::Sandbox;
use anyhow::Context as _;
use std::ffi::OsString;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

/// The interval at which the ends of the command and of the sandbox are polled.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Serves, and either prints the environment that points every other command at the sandbox, or runs one command in it.
/// The environment includes an archive of the sandbox's own, deleted at the end.
pub fn run(args: &SandboxArgs, context: &Context) -> anyhow::Result<u8> {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::usage(message!(
            "--listen {address}: the sandbox serves loopback addresses only; use 127.0.0.1 or [::1]",
            "--listen {address}：沙盒仅在本机回环地址上提供服务；请使用 127.0.0.1 或 [::1]",
            address = args.listen
        ))
        .into());
    }
    let stop = cancelled_by_signals()?;
    let sandbox = start_sandbox(args.listen, args.latency)?;
    let folder = tempfile::Builder::new()
        .prefix("hecha-sandbox-")
        .tempdir()
        .context(Message::from(Text::new("cannot create a temporary folder", "无法创建临时目录")))?;
    let archive = ("HECHA_ARCHIVE".to_owned(), folder.path().join("archive.db").into_os_string());
    let of_vendors = sandbox.environment().into_iter().map(|(name, value)| (name, value.into()));
    let environment: Vec<(String, OsString)> = of_vendors.chain([archive]).collect();
    match args.command.split_first() {
        Some((program, arguments)) => run_command(program, arguments, environment, &stop),
        None => serve(&sandbox, &environment, &stop, context),
    }
}

fn serve(
    sandbox: &Sandbox,
    environment: &[(String, OsString)],
    stop: &CancellationToken,
    context: &Context,
) -> anyhow::Result<u8> {
    let export = |(name, value): &(String, OsString)| {
        format!("export {name}={}\n", shell_word(&value.to_string_lossy()))
    };
    print(environment.iter().map(export).collect::<String>())?;
    context.terminal.notice(&message!(
        "the sandbox serves http://{address}/ until Ctrl-C, and then deletes its archive",
        "沙盒服务于 http://{address}/，按 Ctrl-C 停止，届时删除其存档",
        address = sandbox.address()
    ));
    while stop.reason().is_none() {
        std::thread::sleep(POLL_INTERVAL);
    }
    Ok(0)
}

/// Runs a command in the sandbox's environment and returns its exit code.
fn run_command(
    program: &OsString,
    arguments: &[OsString],
    environment: Vec<(String, OsString)>,
    stop: &CancellationToken,
) -> anyhow::Result<u8> {
    let mut child = Command::new(program).args(arguments).envs(environment).spawn().with_context(|| {
        let program = program.display();
        message!("cannot start {program}", "无法启动 {program}")
    })?;
    let mut is_terminated = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(exit_code(status));
        }
        if stop.reason().is_some() && !is_terminated {
            is_terminated = true;
            terminate(&child);
        }
        std::thread::sleep(POLL_INTERVAL);
    }
}

/// Passes the request to stop on to a command.
#[cfg(unix)]
fn terminate(child: &Child) {
    if let Some(process) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // It fails only for a command that has just ended.
        let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
    }
}

/// A console delivers Ctrl-C to the child as well.
#[cfg(not(unix))]
fn terminate(_child: &Child) {}

/// The exit code as a shell reports it: 128 and the signal's number after a signal.
fn exit_code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal = None;
    let code = status.code().or_else(|| signal.map(|signal: i32| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
