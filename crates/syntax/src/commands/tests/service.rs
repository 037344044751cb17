//! Commands about the service.

use super::read;

#[test]
fn commands_of_the_service_are_read() {
    let cases = [
        (".show version", "Service(ShowVersion)"),
        (".show export containers", "Service(ShowExportContainers)"),
        (".get ingestion resources", "Service(GetIngestionResources { properties: ([]) })"),
        (".get ingestion resources ", "Service(GetIngestionResources { properties: ([]) })"),
        // What the Java client sends.
        (".show ingestion resources", "Service(GetIngestionResources { properties: ([]) })"),
        (
            ".get ingestion resources with (EnableBlobCors='true', EnableQueueCors='true', EnableTableCors='true')",
            r#"Service(GetIngestionResources { properties: ([{ name: EnableBlobCors, value: String("true") }, { name: EnableQueueCors, value: String("true") }, { name: EnableTableCors, value: String("true") }]) })"#,
        ),
        (".get kusto identity token", "Service(GetIdentityToken)"),
        (".clear database cache streamingingestion schema", "Service(ClearStreamingSchemaCache { table: None })"),
        (
            ".refresh database 'd b' table 't' cache ingestionbatchingpolicy",
            "Service(RefreshBatchingPolicyCache { database: d b, table: t })",
        ),
        (".clear table T cache streamingingestion schema", "Service(ClearStreamingSchemaCache { table: Some(T) })"),
        (".show operations", "Service(ShowOperations { ids: [] })"),
        (
            ".show operations f47ac10b-58cc-4372-a567-0e02b2c3d479 | take 1",
            "Service(ShowOperations { ids: [Guid([244, 122, 193, 11, 88, 204, 67, 114, 165, 103, 14, 2, 178, 195, 212, 121])] }) then | take 1",
        ),
        (
            r#".show operations (f47ac10b-58cc-4372-a567-0e02b2c3d479, "f47ac10b-58cc-4372-a567-0e02b2c3d479")"#,
            "Service(ShowOperations { ids: [Guid([244, 122, 193, 11, 88, 204, 67, 114, 165, 103, 14, 2, 178, 195, 212, 121]), Guid([244, 122, 193, 11, 88, 204, 67, 114, 165, 103, 14, 2, 178, 195, 212, 121])] })",
        ),
        (
            ".show operation f47ac10b-58cc-4372-a567-0e02b2c3d479 details",
            "Service(ShowOperationDetails { id: Guid([244, 122, 193, 11, 88, 204, 67, 114, 165, 103, 14, 2, 178, 195, 212, 121]) })",
        ),
        (
            ".show operations f47ac10b-58cc-4372-a567-0e02b2c3d479 details",
            "Service(ShowOperationDetails { id: Guid([244, 122, 193, 11, 88, 204, 67, 114, 165, 103, 14, 2, 178, 195, 212, 121]) })",
        ),
        (".show queries", "Service(ShowQueries)"),
        (".show running queries", "Service(ShowRunningQueries(Own))"),
        (".show running queries by *", "Service(ShowRunningQueries(All))"),
        (r#".show running queries by user "u""#, r#"Service(ShowRunningQueries(OfUser("u")))"#),
        (".show commands", "Service(ShowCommands)"),
        (".show commands-and-queries | take 5", "Service(ShowCommandsAndQueries) then | take 5"),
        (".show journal", "Service(ShowJournal { scope: All })"),
        (".show database D journal", "Service(ShowJournal { scope: Named([D]) })"),
        (".show principal access", "Service(ShowPrincipalAccess)"),
        (".show ingestion failures", "Service(ShowIngestionFailures { operation: None })"),
        (
            ".show ingestion failures with (OperationId = f47ac10b-58cc-4372-a567-0e02b2c3d479)",
            "Service(ShowIngestionFailures { operation: Some(Guid([244, 122, 193, 11, 88, 204, 67, 114, 165, 103, 14, 2, 178, 195, 212, 121])) })",
        ),
        (".show streamingingestion statistics", "Service(ShowStreamingIngestionStatistics)"),
        (".show streamingingestion failures", "Service(ShowStreamingIngestionFailures)"),
        (".show diagnostics", "Service(ShowDiagnostics)"),
        (".show capacity", "Service(ShowCapacity { resource: None, properties: ([]) })"),
        (
            ".show capacity ingestions with (scope=cluster)",
            r#"Service(ShowCapacity { resource: Some(ingestions), properties: ([{ name: scope, value: String("cluster") }]) })"#,
        ),
        (".show cluster", "Service(ShowCluster { details: false })"),
        (".show cluster details", "Service(ShowCluster { details: true })"),
        (".show row stores", "Service(ShowRowStores)"),
        (".show rowstores", "Service(ShowRowStores)"),
        (
            r#".cancel query "KPC.execute;1" with (reason='no')"#,
            r#"Service(CancelQuery { client_request_id: "KPC.execute;1", properties: ([{ name: reason, value: String("no") }]) })"#,
        ),
        (
            ".cancel operation f47ac10b-58cc-4372-a567-0e02b2c3d479",
            "Service(CancelOperation { id: Guid([244, 122, 193, 11, 88, 204, 67, 114, 165, 103, 14, 2, 178, 195, 212, 121]), properties: ([]) })",
        ),
        (
            ".execute database script with (ContinueOnErrors=true) <|\n.create table T(a:int)\n\n.show tables",
            r#"Service(ExecuteScript { cluster: false, properties: ([{ name: ContinueOnErrors, value: Bool(true) }]), script: EmbeddedText { text: "\n.create table T(a:int)\n\n.show tables", offset: 56 } })"#,
        ),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}
