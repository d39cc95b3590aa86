//! Small real proxies: an HTTP proxy with CONNECT and absolute addresses, and SOCKS5. They really forward.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The protocols of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// CONNECT, and absolute addresses.
    Http,
    /// RFC 1928 and 1929.
    Socks5,
}

/// A running proxy. Every host whose name ends in `.example` is taken to be this computer.
pub struct Proxy {
    kind: Kind,
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

/// User and password that a proxy may want.
pub const USER: &str = "user";
/// See [`USER`]; with characters that an address must escape.
pub const PASSWORD: &str = "p@ss:w/rd";

impl Proxy {
    /// Forwards every request, or only those with the password.
    pub fn start(kind: Kind, wants_password: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                std::thread::spawn(move || {
                    // A client that breaks off is the client's affair.
                    let _ = match kind {
                        Kind::Http => http(client, wants_password, &log),
                        Kind::Socks5 => socks5(client, wants_password, &log),
                    };
                });
            }
        });
        Self { kind, port, seen }
    }

    /// Its address, without a password.
    pub fn address(&self) -> String {
        self.address_with("")
    }

    /// Its address with the right password.
    pub fn address_with_password(&self) -> String {
        self.address_with("user:p%40ss%3Aw%2Frd@")
    }

    /// Its address with a user that it does not know.
    pub fn address_with(&self, credentials: &str) -> String {
        let scheme = match self.kind {
            Kind::Http => "http",
            // Names are resolved by the proxy.
            Kind::Socks5 => "socks5h",
        };
        format!("{scheme}://{credentials}127.0.0.1:{}", self.port)
    }

    /// What was asked for, `CONNECT host:port` or `GET address`; `refused` without the password.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("what was seen").clone()
    }
}

fn log(seen: &Mutex<Vec<String>>, what: impl Into<String>) {
    seen.lock().expect("what was seen").push(what.into());
}

/// The server behind a name.
fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let host = if host.ends_with(".example") { "127.0.0.1" } else { host };
    TcpStream::connect((host, port))
}

fn forward(mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
    let (mut client_again, mut server_again) = (client.try_clone()?, server.try_clone()?);
    let upwards = std::thread::spawn(move || {
        let _ = io::copy(&mut client_again, &mut server_again);
        let _ = server_again.shutdown(std::net::Shutdown::Write);
    });
    let _ = io::copy(&mut server, &mut client);
    let _ = client.shutdown(std::net::Shutdown::Both);
    let _ = upwards.join();
    Ok(())
}

fn http(client: TcpStream, wants_password: bool, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut reader = BufReader::new(client);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut head)? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let authorised = {
        use base64::Engine;
        let token = base64::prelude::BASE64_STANDARD.encode(format!("{USER}:{PASSWORD}"));
        head.to_lowercase().contains(&format!("proxy-authorization: basic {token}").to_lowercase())
    };
    if wants_password && !authorised {
        log(seen, "refused");
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
        return reader.get_mut().write_all(refusal);
    }
    log(seen, format!("{method} {target}"));
    if method == "CONNECT" {
        let (host, port) = target.rsplit_once(':').unwrap_or((target, "443"));
        let server = connect(host, port.parse().unwrap_or(443))?;
        reader.get_mut().write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        return forward(reader.into_inner(), server);
    }
    let url = url::Url::parse(target).map_err(io::Error::other)?;
    let mut server = connect(url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(80))?;
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    write!(server, "{method} {}{query} HTTP/1.1\r\n", url.path())?;
    for line in lines.filter(|line| !line.to_lowercase().starts_with("proxy-")) {
        write!(server, "{line}\r\n")?;
    }
    let rest = reader.buffer().to_vec();
    server.write_all(&rest)?;
    forward(reader.into_inner(), server)
}

fn socks5(mut client: TcpStream, wants_password: bool, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    let methods = block(&mut client, 1)?;
    let wanted = if wants_password { 2 } else { 0 };
    if !methods.contains(&wanted) {
        log(seen, "refused");
        return client.write_all(&[5, 0xff]);
    }
    client.write_all(&[5, wanted])?;
    if wants_password {
        let user = block(&mut client, 1)?;
        let password = block(&mut client, 0)?;
        let is_known = user == USER.as_bytes() && password == PASSWORD.as_bytes();
        client.write_all(&[1, u8::from(!is_known)])?;
        if !is_known {
            log(seen, "refused");
            return Ok(());
        }
    }
    let mut head = [0; 4];
    client.read_exact(&mut head)?;
    let host = match head[3] {
        1 => {
            let mut address = [0; 4];
            client.read_exact(&mut address)?;
            std::net::Ipv4Addr::from(address).to_string()
        }
        3 => String::from_utf8_lossy(&block(&mut client, 0)?).into_owned(),
        _ => {
            let mut address = [0; 16];
            client.read_exact(&mut address)?;
            std::net::Ipv6Addr::from(address).to_string()
        }
    };
    let mut port = [0; 2];
    client.read_exact(&mut port)?;
    let port = u16::from_be_bytes(port);
    log(seen, format!("CONNECT {host}:{port}"));
    let answer = |code| [5, code, 0, 1, 0, 0, 0, 0, 0, 0];
    match connect(&host, port) {
        Ok(server) => {
            client.write_all(&answer(0))?;
            forward(client, server)
        }
        Err(_) => client.write_all(&answer(5)),
    }
}

/// Some bytes after their number, which stands after `skipped` other bytes.
fn block(client: &mut TcpStream, skipped: usize) -> io::Result<Vec<u8>> {
    let mut head = vec![0; skipped + 1];
    client.read_exact(&mut head)?;
    let mut bytes = vec![0; head[skipped].into()];
    client.read_exact(&mut bytes)?;
    Ok(bytes)
}
