# The program of the article "Create an app for streaming ingestion using Kusto's managed streaming ingestion client",
# Python tab, with the ingestion section of "Stream in-memory data for ingestion". Only the login is ours: none.
import os
import time
import io

from azure.kusto.data import KustoClient, KustoConnectionStringBuilder, ClientRequestProperties, DataFormat
from azure.kusto.ingest import QueuedIngestClient, FileDescriptor, StreamDescriptor, BlobDescriptor, IngestionProperties, ManagedStreamingIngestClient


def print_result_as_value_list(result):
    row_count = 1

    # create a list of columns
    cols = list((col.column_name for col in result.primary_results[0].columns))

    # print the values for each row
    for row in result.primary_results[0]:
        if row_count > 1:
            print("######################")

        print("row", row_count, ":")
        for col in cols:
            print("\t", col, "-", row[col])

def main():
    # Connect to the public access Help cluster
    file_path = os.curdir + "/stormevents.csv"
    cluster_url = "<your Kusto cluster query URI>"
    ingestion_url = "<your Kusto cluster query ingest URI>"
    database_name = "<your database name>"
    table_name = "MyStormEvents"
    cluster_kcsb = KustoConnectionStringBuilder(cluster_url)
    ingestion_kcsb = KustoConnectionStringBuilder(ingestion_url)

    with KustoClient(cluster_kcsb) as kusto_client:
        with ManagedStreamingIngestClient(cluster_kcsb, ingestion_kcsb) as ingest_client:
        # with KustoStreamingIngestClient(cluster_kcsb) as ingest_client:

            print("Number of rows in " + table_name)
            result = kusto_client.execute_query(database_name, table_name + " | count")
            print_result_as_value_list(result)

            # Ingestion section
            print("Ingesting data from memory")
            single_line = '2018-01-26 00:00:00.0000000,2018-01-27 14:00:00.0000000,MEXICO,0,0,Unknown,"{}"'
            string_stream = io.StringIO(single_line)
            ingest_props = IngestionProperties(database_name, table_name, DataFormat.CSV)
            # when possible provide the size of the raw data
            stream_descriptor = StreamDescriptor(string_stream, is_compressed=False, size=len(single_line))
            ingest_client.ingest_from_stream(stream_descriptor, ingest_props)
            ingest_client.close()

            print("New number of rows in " + table_name)
            result = kusto_client.execute_query(database_name, table_name + " | count")
            print_result_as_value_list(result)

            print("Example line from " + table_name)
            result = kusto_client.execute_query(database_name, table_name + " | top 1 by EndTime")
            print_result_as_value_list(result)

main()
