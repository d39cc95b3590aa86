//! Certificates, proxies, redirects, connections: how a request gets to a vendor, through real servers.

pub mod certificates;
mod connections;
mod endpoints;
mod proxies;
mod proxy_server;
mod responses;
mod terminal_safety;
