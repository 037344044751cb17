//! The server as clients meet it: over http and over https under its own authority.

use super::*;

async fn open(dir: &std::path::Path) -> Server {
    let file =
        format!("data_dir = '{}'\nlisten = '127.0.0.1:0'\nhttps_listen = '127.0.0.1:0'\n", dir.join("data").display());
    let path = dir.join("calypso.toml");
    std::fs::write(&path, file).unwrap();
    let arguments = ServeArguments { config: Some(path), ..ServeArguments::default() };
    Server::open(Config::resolve(arguments).unwrap()).await.unwrap()
}

#[tokio::test]
async fn both_listeners_answer_and_close_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let server = open(dir.path()).await;
    let ca = reqwest::Certificate::from_pem(&std::fs::read(server.files.ca()).unwrap()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap();
    for url in [banner::url("http", server.http), banner::url("https", server.https.unwrap())] {
        let response = client.get(format!("{url}/v1/rest/ping")).send().await.unwrap();
        assert_eq!(response.status(), 200, "{url}");
        assert_eq!(response.text().await.unwrap(), "Pong! IP address: '127.0.0.1'");
    }
    let http = banner::url("http", server.http);
    server.close().await;
    assert!(client.get(format!("{http}/v1/rest/ping")).send().await.is_err());
}

#[tokio::test]
async fn a_second_server_on_the_same_port_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let server = open(dir.path()).await;
    let mut config = server.config.clone();
    config.listen = server.http;
    let error = Server::open(config).await.err().unwrap();
    assert!(error.to_string().contains("cannot listen on"), "{error}");
    server.close().await;
}

#[tokio::test]
async fn a_client_of_queued_ingestion_uploads_the_way_it_came_and_the_metrics_show_it() {
    let dir = tempfile::tempdir().unwrap();
    let server = open(dir.path()).await;
    let ca = reqwest::Certificate::from_pem(&std::fs::read(server.files.ca()).unwrap()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap();
    for url in [banner::url("http", server.http), banner::url("https", server.https.unwrap())] {
        let command = client.post(format!("{url}/v1/rest/mgmt")).body(r#"{"csl":".get ingestion resources"}"#);
        let text = command.send().await.unwrap().text().await.unwrap();
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        let rows = answer["Tables"][0]["Rows"].as_array().unwrap();
        assert_eq!(rows.len(), 5);
        let root = rows.iter().find(|row| row[0] == "TempStorage").unwrap()[1].as_str().unwrap();
        assert!(root.starts_with(&format!("{url}/calypsostaging/temp-0?")), "{root}");
        let blob = root.replace('?', &format!("/{}?", url.len()));
        let put = client.put(blob).header("x-ms-blob-type", "BlockBlob").body("1,2\n").send().await.unwrap();
        assert_eq!(put.status(), 201);
    }
    let metrics = client.get(format!("{}/metrics", server.url())).send().await.unwrap().text().await.unwrap();
    let staging = ["calypso_staging_bytes 8", "calypso_staging_messages_ready_for_aggregation 0"];
    for line in staging.into_iter().chain(["calypso_row_store_bytes 0"]) {
        assert!(metrics.lines().any(|found| found == line), "{metrics}");
    }
    server.close().await;
}
