// The program of the article "Create an app for streaming ingestion using Kusto's managed streaming ingestion client", Java
// tab, as its sections build it up. Ours are the login (none), the imports that the article leaves to its reader, and what
// version 7 of the SDK no longer has: execute is executeQuery, a file's size is not given, a Client is not closed.
package com.example;

import java.io.FileWriter;
import com.microsoft.azure.kusto.ingest.source.BlobSourceInfo;

import com.azure.identity.DefaultAzureCredential;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.microsoft.azure.kusto.data.Client;
import com.microsoft.azure.kusto.data.ClientFactory;
import com.microsoft.azure.kusto.data.KustoOperationResult;
import com.microsoft.azure.kusto.data.KustoResultSetTable;
import com.microsoft.azure.kusto.data.KustoResultColumn;
import com.microsoft.azure.kusto.data.auth.ConnectionStringBuilder;
import com.microsoft.azure.kusto.ingest.IngestClientFactory;
import com.microsoft.azure.kusto.ingest.IngestionProperties;
import com.microsoft.azure.kusto.ingest.ManagedStreamingIngestClient;
import com.microsoft.azure.kusto.ingest.IngestionProperties.DataFormat;
import com.microsoft.azure.kusto.ingest.source.FileSourceInfo;

public class BatchIngestion {
    public static void main(String[] args) throws Exception {

        String clusterUri = "<your Kusto cluster query URI>";
        String ingestionUri = "<your Kusto cluster query ingest URI>";

        String database = "<your database name>";
        String table = "MyStormEvents";

        ConnectionStringBuilder clusterKcsb = new ConnectionStringBuilder(clusterUri);
        ConnectionStringBuilder ingestionKcsb = new ConnectionStringBuilder(ingestionUri);

        {
            Client kustoClient = ClientFactory.createClient(clusterKcsb);

            String query = table + " | count";
            KustoOperationResult results = kustoClient.executeQuery(database, query);
            KustoResultSetTable primaryResults = results.getPrimaryResults();
            System.out.println("\nNumber of rows in " + table + " BEFORE ingestion:");
            printResultsAsValueList(primaryResults);

            // Ingestion section
            try (ManagedStreamingIngestClient ingestClient = (ManagedStreamingIngestClient) IngestClientFactory
                    .createManagedStreamingIngestClient(clusterKcsb, ingestionKcsb)) {
                System.out.println("Ingesting data from a blob");
                String sasURI = "<your SAS URI>";
                BlobSourceInfo blobSourceInfo = new BlobSourceInfo(sasURI);
                IngestionProperties ingestionProperties = new IngestionProperties(database, table);
                ingestionProperties.setDataFormat(DataFormat.CSV);
                ingestClient.ingestFromBlob(blobSourceInfo, ingestionProperties);

            } catch (Exception e) {
                // TODO: handle exception
                System.out.println("Error: " + e);
            }

            query = table + " | count";
            results = kustoClient.executeQuery(database, query);
            primaryResults = results.getPrimaryResults();
            System.out.println("\nNumber of rows in " + table + " AFTER ingestion:");
            printResultsAsValueList(primaryResults);

            query = table + " | top 1 by EndTime";
            results = kustoClient.executeQuery(database, query);
            primaryResults = results.getPrimaryResults();
            System.out.println("\nExample line from " + table);
            printResultsAsValueList(primaryResults);
        }
    }

    public static void printResultsAsValueList(KustoResultSetTable results) {
        while (results.next()) {
            KustoResultColumn[] columns = results.getColumns();
            for (int i = 0; i < columns.length; i++) {
                System.out.println("\t" + columns[i].getColumnName() + " - "
                        + (results.getObject(i) == null ? "None" : results.getString(i)));
            }
        }
    }
}
