//! `hecha sandbox`: the imitation of the three vendors, until it is stopped.

use super::{Context, print};
use crate::cli::SandboxArgs;
use crate::domain::text::{Message, Text, message};
use crate::interrupt::CancellationToken;
use crate::sandbox::{
    IHUYI_ACCOUNT, IHUYI_API_KEY, MARKET_APPCODE, SHUIDI_PKEY, SHUIDI_PNAME, Sandbox, SandboxOptions,
};
use crate::settings::{units, usage};
use anyhow::Context as _;
use std::io::{self, Write};
use std::time::Duration;

/// Serves, and prints the environment that lets every other command use it: `eval "$(…)"` or `source`.
pub fn run(args: &SandboxArgs, context: &Context) -> anyhow::Result<u8> {
    if !args.listen.ip().is_loopback() {
        return Err(usage(message!(
            "--listen {address}: the sandbox serves this computer alone; listen on 127.0.0.1 or [::1]",
            "--listen {address}：沙盒只为本机服务；请监听 127.0.0.1 或 [::1]",
            address = args.listen
        ))
        .into());
    }
    let latency = units::duration(&args.latency)
        .map_err(|reason| usage(message!("--latency: {reason}", "--latency：{reason:#}")))?;
    let stop = CancellationToken::new();
    stop.listen_for_signals()
        .context(Message::from(Text::new("cannot listen for signals", "无法监听信号")))?;
    let sandbox = Sandbox::start(args.listen, SandboxOptions { latency, ..SandboxOptions::default() })
        .with_context(|| {
            let address = args.listen;
            message!("the sandbox cannot listen on {address}", "沙盒无法监听 {address}")
        })?;
    print(&mut io::stdout().lock(), |out| {
        for (name, value) in [
            ("HECHA_MARKET_ENDPOINT", sandbox.market_endpoint().as_str()),
            ("HECHA_MARKET_APPCODE", MARKET_APPCODE),
            ("HECHA_IHUYI_ENDPOINT", &sandbox.ihuyi_endpoint()),
            ("HECHA_IHUYI_ACCOUNT", IHUYI_ACCOUNT),
            ("HECHA_IHUYI_API_KEY", IHUYI_API_KEY),
            ("HECHA_SHUIDI_ENDPOINT", &sandbox.shuidi_endpoint()),
            ("HECHA_SHUIDI_PNAME", SHUIDI_PNAME),
            ("HECHA_SHUIDI_PKEY", SHUIDI_PKEY),
        ] {
            writeln!(out, "export {name}={value}")?;
        }
        Ok(())
    })?;
    context.terminal.notice(&message!(
        "the sandbox serves at http://{address}/ until Ctrl-C; give it an archive of its own: HECHA_ARCHIVE",
        "沙盒服务于 http://{address}/，按 Ctrl-C 停止；请用 HECHA_ARCHIVE 为其另设存档",
        address = sandbox.address()
    ));
    while stop.reason().is_none() {
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(0)
}
