//! A vendor on a raw socket that answers with the bytes of a script.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    /// The first line, `GET /path?query HTTP/1.1`.
    pub line: String,
    /// The header lines.
    pub headers: Vec<String>,
    /// The body.
    pub body: String,
    /// Its number, from 0, over all connections.
    pub number: usize,
    /// Its number, from 0, over its own connection.
    pub number_on_connection: usize,
}

impl Request {
    /// The decoded value of a parameter, from the address or from the form.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let target = self.line.split(' ').nth(1).unwrap_or_default();
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let form = if self.body.is_empty() { query } else { self.body.as_str() };
        url::form_urlencoded::parse(form.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The value of a header, whatever its upper and lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// One step of an answer.
#[derive(Debug, Clone)]
pub enum Step {
    /// These bytes.
    Send(Vec<u8>),
    /// Silence.
    Wait(Duration),
    /// These bytes repeatedly, until the client disconnects or this number has been sent.
    Repeat(Vec<u8>, u64),
    /// An orderly end of the connection.
    Close,
    /// A reset of the connection.
    Reset,
}

/// A whole ordinary answer that keeps the connection alive.
pub fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<Step> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        bytes.push_str(header);
        bytes.push_str("\r\n");
    }
    bytes.push_str("\r\n");
    let mut bytes = bytes.into_bytes();
    bytes.extend_from_slice(body);
    vec![Step::Send(bytes)]
}

/// An ordinary `200 OK` with JSON.
pub fn json(body: impl AsRef<[u8]>) -> Vec<Step> {
    answer("200 OK", &["Content-Type: application/json; charset=utf-8"], body)
}

/// Counts how many requests are answered at once.
#[derive(Clone, Default)]
pub struct Meter(Arc<[AtomicUsize; 2]>);

impl Meter {
    /// Counts a request that is answered after this time.
    pub fn wait(&self, latency: Duration) {
        let [under_way, highest] = &*self.0;
        highest.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(latency);
        under_way.fetch_sub(1, Ordering::SeqCst);
    }

    /// The highest number at once.
    pub fn highest(&self) -> usize {
        self.0[1].load(Ordering::SeqCst)
    }
}

type Script = dyn Fn(&Request) -> Vec<Step> + Send + Sync;

/// A listening vendor; it stops when it is dropped.
pub struct Vendor {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    connections: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl Vendor {
    /// Answers every request with what `script` says.
    pub fn start(script: impl Fn(&Request) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::start_with_workers(usize::MAX, script)
    }

    /// The same with this number of workers: each serves one connection to its end, and those beyond them wait unread.
    pub fn start_with_workers(
        workers: usize,
        script: impl Fn(&Request) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        let script: Arc<Script> = Arc::new(script);
        let (free, has_ended) = (Mutex::new(workers), Condvar::new());
        Self::accept(move |socket, requests| {
            let free_workers = free.lock().expect("the workers");
            *has_ended.wait_while(free_workers, |free| *free == 0).expect("the workers") -= 1;
            if let Ok(handle) = socket.try_clone() {
                serve(BufReader::new(socket), &handle, requests, script.as_ref());
            }
            *free.lock().expect("the workers") += 1;
            has_ended.notify_one();
        })
    }

    /// The same behind TLS: every connection begins with a handshake by `config`.
    pub fn start_tls(
        config: Arc<rustls::ServerConfig>,
        script: impl Fn(&Request) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        let script: Arc<Script> = Arc::new(script);
        Self::accept(move |socket, requests| {
            let Ok(connection) = rustls::ServerConnection::new(Arc::clone(&config)) else { return };
            let Ok(handle) = socket.try_clone() else { return };
            let stream = rustls::StreamOwned::new(connection, socket);
            serve(BufReader::new(stream), &handle, requests, script.as_ref());
        })
    }

    fn accept(answer: impl Fn(TcpStream, &Mutex<Vec<Request>>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let connections = Arc::new(AtomicUsize::new(0));
        let stopped = Arc::new(AtomicBool::new(false));
        let answer = Arc::new(answer);
        {
            let (requests, connections, stopped) =
                (Arc::clone(&requests), Arc::clone(&connections), Arc::clone(&stopped));
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    connections.fetch_add(1, Ordering::Relaxed);
                    let (requests, answer) = (Arc::clone(&requests), Arc::clone(&answer));
                    std::thread::spawn(move || answer(stream, &requests));
                }
            });
        }
        Self { port, requests, connections, stopped }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many requests arrived whole.
    pub fn calls(&self) -> usize {
        self.requests.lock().expect("the requests").len()
    }

    /// The requests that arrived whole.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("the requests").clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the accepting thread, so that it sees the end.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Answers the requests of one connection; `socket` is what is closed or reset below the stream.
fn serve<S: Read + Write>(
    mut reader: BufReader<S>,
    socket: &TcpStream,
    requests: &Mutex<Vec<Request>>,
    script: &Script,
) {
    for number_on_connection in 0.. {
        let Some(mut request) = read(&mut reader) else { return };
        request.number_on_connection = number_on_connection;
        {
            let mut requests = requests.lock().expect("the requests");
            request.number = requests.len();
            requests.push(request.clone());
        }
        let stream = reader.get_mut();
        for step in script(&request) {
            match step {
                Step::Send(bytes) => {
                    if stream.write_all(&bytes).and_then(|()| stream.flush()).is_err() {
                        return;
                    }
                }
                Step::Wait(pause) => std::thread::sleep(pause),
                Step::Repeat(bytes, most) => {
                    let mut sent = 0;
                    while sent < most {
                        if stream.write_all(&bytes).is_err() {
                            return;
                        }
                        sent += bytes.len() as u64;
                    }
                }
                Step::Close => {
                    let _ = socket.shutdown(Shutdown::Both);
                    return;
                }
                Step::Reset => return reset(socket),
            }
        }
    }
}

/// Closing a socket with unread bytes or with a zero linger sends RST.
fn reset(stream: &TcpStream) {
    let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).ok()? == 0 {
            return None;
        }
        if header.trim_end().is_empty() {
            break;
        }
        headers.push(header.trim_end().to_owned());
    }
    let line = line.trim_end().to_owned();
    let request = Request { line, headers, body: String::new(), number: 0, number_on_connection: 0 };
    let length: usize = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { body: String::from_utf8_lossy(&body).into_owned(), ..request })
}

/// An address that refuses connections for as long as the socket lives: it is bound, but nobody listens.
pub fn refusing() -> (socket2::Socket, SocketAddr) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("a free port");
    let address = socket.local_addr().expect("its address").as_socket().expect("of IPv4");
    (socket, address)
}
