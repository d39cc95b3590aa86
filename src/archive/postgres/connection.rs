//! Connections to the server: how they are opened, and how values travel.

use super::address::PostgresSettings;
use super::clock::{SERVER_TIME, ServerClock};
use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::archive::store::{Sql, SqlRow, ToSql as Parameter, Value, value_of};
use crate::domain::text::Message;
use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, SimpleQueryMessage, Statement};
use std::collections::HashMap;
use std::sync::Arc;

/// Settings of each session. A run that is suspended inside a transaction must not stop all others.
const SESSION: &str = "SET idle_in_transaction_session_timeout = '15s'; SET lock_timeout = '60s';
                       SET client_min_messages = warning";

/// A connection that is opened when it is first used, and again after it was lost.
pub(super) struct PostgresConnection {
    pub(super) settings: Arc<PostgresSettings>,
    clock: Arc<ServerClock>,
    client: Option<Client>,
    statements: HashMap<String, Statement>,
}

impl PostgresConnection {
    pub(super) fn new(settings: &Arc<PostgresSettings>, clock: &Arc<ServerClock>) -> Self {
        Self {
            settings: Arc::clone(settings),
            clock: Arc::clone(clock),
            client: None,
            statements: HashMap::new(),
        }
    }

    /// Opens the connection, unless it is open.
    pub(super) fn open(&mut self) -> Result<(), ArchiveError> {
        if self.client.as_ref().is_some_and(|client| !client.is_closed()) {
            return Ok(());
        }
        self.statements.clear();
        let config = self.settings.config();
        let connected = match &self.settings.tls {
            Some(tls) => config.connect(tokio_postgres_rustls::MakeRustlsConnect::new((**tls).clone())),
            None => config.connect(NoTls),
        };
        self.client = Some(connected.map_err(|error| self.failed(&error))?);
        self.execute_and_synchronise(SESSION).inspect_err(|_| self.close())
    }

    /// Executes statements without parameters, and reads the clock of the server in the same round trip.
    pub(super) fn execute_and_synchronise(&mut self, statements: &str) -> Result<(), ArchiveError> {
        let before_ms = self.clock.local_ms();
        let messages = self.client()?.simple_query(&format!("{statements}; SELECT {SERVER_TIME}"));
        let messages = messages.map_err(|error| self.failed(&error))?;
        let time = messages.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        });
        let server_ms = time.ok_or_else(|| self.defect("the server has no clock".to_owned()))?;
        self.clock.correct(before_ms, server_ms, self.clock.local_ms());
        Ok(())
    }

    /// Closes the connection, so that the next use opens it again.
    pub(super) fn close(&mut self) {
        self.client = None;
    }

    fn failed(&self, error: &postgres::Error) -> ArchiveError {
        ArchiveError::from_postgres(&self.settings.location, error)
    }

    fn client(&mut self) -> Result<&mut Client, ArchiveError> {
        let closed = || Message::verbatim("connection closed".to_owned());
        self.client.as_mut().ok_or_else(|| {
            ArchiveError::because(ArchiveProblem::Unreachable, &self.settings.location, closed())
        })
    }

    fn defect(&self, reason: String) -> ArchiveError {
        ArchiveError::because(ArchiveProblem::Unforeseen, &self.settings.location, Message::verbatim(reason))
    }

    fn prepared(&mut self, statement: &str) -> Result<Statement, ArchiveError> {
        if let Some(prepared) = self.statements.get(statement) {
            return Ok(prepared.clone());
        }
        let numbered = statement.replace('?', "$");
        let prepared = self.client()?.prepare(&numbered);
        let prepared = prepared.map_err(|error| self.failed(&error))?;
        self.statements.insert(statement.to_owned(), prepared.clone());
        Ok(prepared)
    }

    /// Executes one statement by `run`, with the parameters in the types that the server expects.
    fn with_parameters<T>(
        &mut self,
        statement: &str,
        parameters: &[&dyn Parameter],
        run: impl FnOnce(&mut Client, &Statement, &[&(dyn ToSql + Sync)]) -> Result<T, postgres::Error>,
    ) -> Result<T, ArchiveError> {
        let prepared = self.prepared(statement)?;
        let kinds = prepared.params();
        let typed = parameters.iter().zip(kinds).map(|(given, kind)| typed(value_of(*given)?, kind));
        let parameters = typed.collect::<Option<Vec<_>>>();
        let parameters =
            parameters.ok_or_else(|| self.defect(format!("wrong parameters of `{statement}`")))?;
        let parameters: Vec<_> = parameters.iter().map(AsRef::as_ref).collect();
        run(self.client()?, &prepared, &parameters).map_err(|error| self.failed(&error))
    }
}

impl Sql for PostgresConnection {
    fn execute(&mut self, statement: &str, parameters: &[&dyn Parameter]) -> Result<u64, ArchiveError> {
        self.with_parameters(statement, parameters, |client, prepared, parameters| {
            client.execute(prepared, parameters)
        })
    }

    fn insert(
        &mut self,
        statement: &str,
        parameters: &[&dyn Parameter],
    ) -> Result<Option<i64>, ArchiveError> {
        let row = self.first(&format!("{statement} RETURNING id"), parameters)?;
        row.map(|row| row.get(0)).transpose()
    }

    fn query(&mut self, statement: &str, parameters: &[&dyn Parameter]) -> Result<Vec<SqlRow>, ArchiveError> {
        let rows = self.with_parameters(statement, parameters, |client, prepared, parameters| {
            let rows = client.query(prepared, parameters)?;
            let columns = |row: &postgres::Row| (0..row.len()).map(|index| column(row, index)).collect();
            rows.iter().map(columns).collect::<Result<Vec<Vec<Value>>, _>>()
        })?;
        Ok(rows.into_iter().map(|values| SqlRow::new(values, Arc::clone(&self.settings.location))).collect())
    }

    fn execute_batch(&mut self, statements: &str) -> Result<(), ArchiveError> {
        let executed = self.client()?.batch_execute(statements);
        executed.map_err(|error| self.failed(&error))
    }
}

/// A value in the type that the server expects; `None` if it does not fit.
fn typed(value: Value, kind: &Type) -> Option<Box<dyn ToSql + Sync>> {
    Some(match (value, kind) {
        (Value::Integer(number), &Type::INT8) => Box::new(number),
        (Value::Integer(number), &Type::INT4) => Box::new(i32::try_from(number).ok()?),
        (Value::Integer(number), &Type::BOOL) => Box::new(number != 0),
        // PostgreSQL cannot store this character in a text.
        (Value::Text(text), &Type::TEXT) => Box::new(text.replace('\0', "\u{fffd}")),
        (Value::Blob(bytes), &Type::BYTEA) => Box::new(bytes),
        (Value::Null, &Type::INT8) => Box::new(None::<i64>),
        (Value::Null, &Type::TEXT) => Box::new(None::<&str>),
        (Value::Null, &Type::BYTEA) => Box::new(None::<&[u8]>),
        _ => return None,
    })
}

fn column(row: &postgres::Row, index: usize) -> Result<Value, postgres::Error> {
    Ok(match *row.columns()[index].type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(index)?.into(),
        Type::INT4 => row.try_get::<_, Option<i32>>(index)?.into(),
        Type::BOOL => row.try_get::<_, Option<bool>>(index)?.into(),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.into(),
        _ => row.try_get::<_, Option<String>>(index)?.into(),
    })
}
