//! A connection to a service: queries, management commands, streaming ingestion.

pub(crate) mod exchange;
mod http;
mod options;
mod rest;
mod statement;
mod streaming_ingest;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use calypso_clock::Ids;
use url::Url;

pub use options::ClientOptions;
pub use streaming_ingest::{StreamBody, StreamingIngestRequest};

use crate::{
    AuthenticationMethod, ClientDetails, ClientRequestProperties, CloudInfo, ConnectionStringBuilder, Dataset, Error,
    ErrorKind, FrameStream, cloud_info::CloudInfoCache, credentials::TokenSource, trusted_endpoints,
};

/// A client of one service. Clones are cheap and share connections and tokens; calls may run at the same time.
///
/// Queries and commands are never repeated by themselves: whether that is harmless only the caller knows.
/// [`Error::is_permanent`] says whether it may help.
///
/// ```no_run
/// # async fn example() -> Result<(), kusto_data::Error> {
/// use kusto_data::{Client, ClientRequestProperties, ConnectionStringBuilder};
///
/// let connection = ConnectionStringBuilder::new("https://help.kusto.windows.net/Samples")?.with_azure_cli();
/// let client = Client::new(connection)?;
/// let properties = ClientRequestProperties::new().with_parameter("wanted", "TEXAS");
/// let query = "declare query_parameters(wanted: string); StormEvents | where State == wanted | count";
/// let answer = client.execute_query("Samples", query, Some(&properties)).await?;
/// println!("{:?}", answer.single_value());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    endpoint: Url,
    database: String,
    details: ClientDetails,
    is_uncompressed: bool,
    http: reqwest::Client,
    /// Connections to other places than the service, made when somebody asks for them.
    elsewhere: OnceLock<reqwest::Client>,
    options: ClientOptions,
    answer_bytes_max: usize,
    frame_bytes_max: usize,
    ids: Arc<dyn Ids>,
    cloud: Arc<CloudInfoCache>,
    tokens: Option<TokenSource>,
}

impl Client {
    /// Prepares a client; nothing is sent yet. Takes a [`ConnectionStringBuilder`], or its text.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for a text that is no connection string, and for a credential on a plain http
    /// connection to another machine, where everybody on the way could read the token.
    pub fn new<C>(connection: C) -> Result<Self, Error>
    where
        C: TryInto<ConnectionStringBuilder>,
        Error: From<C::Error>,
    {
        Self::with_options(connection, ClientOptions::default())
    }

    /// Prepares a client with options.
    ///
    /// # Errors
    /// As [`Client::new`], and for options that do not hold what they should, such as certificates.
    pub fn with_options<C>(connection: C, options: ClientOptions) -> Result<Self, Error>
    where
        C: TryInto<ConnectionStringBuilder>,
        Error: From<C::Error>,
    {
        let connection = connection.try_into()?;
        let endpoint = connection.data_source().clone();
        let http = http::client(&endpoint, &options)?;
        let is_anonymous = connection.authentication_method() == AuthenticationMethod::None;
        let tokens = if is_anonymous {
            None
        } else {
            TokenSource::new(&connection, http::tools(&connection, &http, &options)?)?
        };
        if !is_anonymous && endpoint.scheme() == "http" && !http::is_loopback(&endpoint) {
            return Err(Error::new(
                ErrorKind::InvalidArgument,
                "a token must not travel over plain http; use an https URL",
            ));
        }
        Ok(Self(Arc::new(Inner {
            database: connection.initial_catalog().to_owned(),
            details: connection.client_details().clone(),
            is_uncompressed: connection.is_uncompressed(),
            answer_bytes_max: options.answer_bytes_max,
            frame_bytes_max: options.frame_bytes_max,
            ids: Arc::clone(&options.ids),
            elsewhere: OnceLock::new(),
            options,
            cloud: CloudInfoCache::for_process(),
            endpoint,
            http,
            tokens,
        })))
    }

    /// Runs a query and returns its results.
    ///
    /// An empty `database` stands for the connection's. Unless [`ClientRequestProperties::with_server_timeout`] says
    /// otherwise, the service gets 4 minutes, and is waited for 30 s longer.
    ///
    /// # Errors
    /// Any [`ErrorKind`]. [`ErrorKind::PartialFailure`] comes with the rows there are ([`Error::partial_results`]).
    pub async fn execute_query(
        &self,
        database: &str,
        query: &str,
        properties: Option<&ClientRequestProperties>,
    ) -> Result<Dataset, Error> {
        self.query(database, query, properties).await
    }

    /// Runs a management command and returns its results; it begins with a dot.
    ///
    /// An empty `database` stands for the connection's. Unless [`ClientRequestProperties::with_server_timeout`] says
    /// otherwise, the service gets an hour.
    ///
    /// # Errors
    /// As [`Client::execute_query`].
    pub async fn execute_command(
        &self,
        database: &str,
        command: &str,
        properties: Option<&ClientRequestProperties>,
    ) -> Result<Dataset, Error> {
        self.command(database, command, properties).await
    }

    /// Runs a text that begins with a dot as a management command, any other as a query. White space around it is left
    /// out, as Python's client does.
    ///
    /// # Errors
    /// As [`Client::execute_query`].
    pub async fn execute(
        &self,
        database: &str,
        text: &str,
        properties: Option<&ClientRequestProperties>,
    ) -> Result<Dataset, Error> {
        let text = text.trim();
        if text.starts_with('.') {
            self.command(database, text, properties).await
        } else {
            self.query(database, text, properties).await
        }
    }

    /// Runs a query and returns its frames as they come: results of any size in bounded memory.
    ///
    /// The service is asked for fragments of results and for errors at the end of each table. One that answers
    /// otherwise is understood, too, with a frame for each whole table. Dropping the stream ends the query.
    ///
    /// ```no_run
    /// # async fn example(client: kusto_data::Client) -> Result<(), kusto_data::Error> {
    /// use futures::TryStreamExt as _;
    ///
    /// let frames = client.execute_streaming("Samples", "StormEvents | project State, DamageProperty", None).await?;
    /// let mut rows = frames.rows::<(String, i64)>();
    /// while let Some((state, damage)) = rows.try_next().await? {
    ///     println!("{state}: {damage}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Client::execute_query`], here until the first frame and later in the stream.
    pub async fn execute_streaming(
        &self,
        database: &str,
        query: &str,
        properties: Option<&ClientRequestProperties>,
    ) -> Result<FrameStream, Error> {
        self.stream(database, query, properties).await
    }

    /// Cancels a running query or command by its [`ClientRequestProperties::with_client_request_id`].
    ///
    /// Dropping the future of a call closes its connection, which has most services stop as well; this also reaches
    /// requests of other processes. Answers whether there was something to cancel are in the returned table.
    ///
    /// # Errors
    /// As [`Client::execute_query`].
    pub async fn cancel(&self, client_request_id: &str) -> Result<Dataset, Error> {
        let command = format!(".cancel query {}", calypso_types::kql_string(client_request_id));
        self.command("", &command, None).await
    }

    /// Returns where the service says that tokens come from; asked once for each host and kept in the process.
    ///
    /// # Errors
    /// [`ErrorKind::Unreachable`], or [`ErrorKind::MalformedAnswer`] for metadata that make no sense.
    pub async fn cloud_info(&self) -> Result<CloudInfo, Error> {
        self.0.cloud.get(&self.0.http, &self.0.endpoint).await
    }

    /// Returns connections with the same trust and limits, to what the service refers to: its storage accounts, say.
    #[must_use]
    pub fn http(&self) -> &reqwest::Client {
        let Inner { endpoint, http, options, elsewhere, .. } = self.0.as_ref();
        elsewhere.get_or_init(|| http::elsewhere(endpoint, http, options))
    }

    /// Returns the URL of the service.
    #[must_use]
    pub fn endpoint(&self) -> &Url {
        &self.0.endpoint
    }

    /// Returns the database of calls that name none.
    #[must_use]
    pub fn default_database(&self) -> &str {
        &self.0.database
    }

    /// Says what the service is told of the application.
    #[must_use]
    pub fn client_details(&self) -> &ClientDetails {
        &self.0.details
    }

    fn database_or_default<'a>(&'a self, database: &'a str) -> &'a str {
        if database.is_empty() { &self.0.database } else { database }
    }

    /// Returns a URL of the service; each segment is encoded.
    fn url(&self, segments: &[&str]) -> Result<Url, Error> {
        let mut url = self.0.endpoint.clone();
        url.path_segments_mut().map_err(|()| Error::invalid("the service's URL has no path"))?.clear().extend(segments);
        Ok(url)
    }

    fn new_id(&self, prefix: &str) -> String {
        format!("{prefix};{}", self.0.ids.next_id())
    }

    /// Returns the token to send, after making sure that the host may have it.
    async fn token(&self) -> Result<Option<String>, Error> {
        let Some(tokens) = &self.0.tokens else { return Ok(None) };
        self.check_trust().await?;
        let cloud = async { self.cloud_info().await };
        tokens.token(cloud).await.map(Some)
    }

    async fn check_trust(&self) -> Result<(), Error> {
        let host = self.0.endpoint.host_str().unwrap_or_default();
        let is_trusted = match trusted_endpoints::without_asking(host) {
            Some(decision) => decision,
            None => trusted_endpoints::is_trusted(host, &self.cloud_info().await?.login_endpoint),
        };
        if is_trusted {
            return Ok(());
        }
        let message = format!("no token is sent to '{host}', which is not a host of Kusto or trusted");
        Err(Error::new(ErrorKind::UntrustedEndpoint, message)
            .with_hint("`kusto_data::trusted_endpoints::add_trusted_hosts` trusts it"))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.0.endpoint.as_str())
            .field("database", &self.0.database)
            .field("authenticates", &self.0.tokens.is_some())
            .finish_non_exhaustive()
    }
}
