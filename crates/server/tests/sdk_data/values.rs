//! Values of every type, there and back.

use kusto_data::{
    ClientRequestProperties, DateTime, Decimal, Dynamic, Guid, Parameter, ScalarType, Table, TimeSpan, Value,
};

use crate::server;

/// Values of every type, with those at the ends of its range.
fn values() -> Vec<(ScalarType, Vec<Value>)> {
    let datetime = |text: &str| Value::DateTime(DateTime::parse(text).unwrap());
    let dynamic = |text: &str| Value::Dynamic(Dynamic::from_text(text));
    vec![
        (ScalarType::Bool, vec![true.into(), false.into()]),
        (ScalarType::Int, vec![0.into(), i32::MAX.into(), (i32::MIN + 1).into()]),
        (ScalarType::Long, vec![0_i64.into(), i64::MAX.into(), (i64::MIN + 1).into()]),
        (ScalarType::Real, vec![0.5.into(), (-1e300).into(), 5e-324.into(), f64::INFINITY.into(), 2.0.into()]),
        (
            ScalarType::Decimal,
            vec![Decimal::parse("-12345678901234567890.12345").unwrap().into(), Decimal::ZERO.into()],
        ),
        (ScalarType::String, vec!["".into(), "a\"b'c\\d\n\t\u{1f600} ø".into(), "datetime(2020-01-01)".into()]),
        (
            ScalarType::DateTime,
            vec![datetime("0001-01-01"), datetime("2020-02-29T23:59:59.9999999Z"), Value::DateTime(DateTime::MAX)],
        ),
        (ScalarType::TimeSpan, vec![TimeSpan(1).into(), TimeSpan(-864_000_000_001).into(), TimeSpan(0).into()]),
        (ScalarType::Guid, vec![Guid::NIL.into(), Guid::parse("74be27de-1e4e-49d9-b579-fe0b331d3642").unwrap().into()]),
        (
            ScalarType::Dynamic,
            vec![dynamic(r#"{"a":[1,-2.5,"x",null,true,{"b":{}}],"ü":""}"#), dynamic("[]"), dynamic("7")],
        ),
    ]
}

fn only(table: &Table) -> Value {
    assert_eq!((table.row_count(), table.columns().len()), (1, 1));
    table.row(0).unwrap()[0].clone()
}

#[tokio::test]
async fn literals_and_parameters_come_back_as_they_went() {
    let (client, _server) = server();
    for (ty, values) in values() {
        for value in values.into_iter().chain([Value::null(ty)]) {
            let literal = client.execute_query("", &format!("print x = {}", value.to_kql()), None).await.unwrap();
            let table = literal.primary().unwrap();
            assert_eq!((table.columns()[0].scalar_type(), only(table)), (ty, value.clone()), "{}", value.to_kql());
            let properties = ClientRequestProperties::new().with_parameter("x", Parameter::from(value.clone()));
            let query = format!("{}print x", properties.parameter_declaration());
            let parameter = client.execute_query("", &query, Some(&properties)).await.unwrap();
            assert_eq!(only(parameter.primary().unwrap()), value, "as a parameter");
        }
    }
    let nan = client.execute_query("", "print real(nan)", None).await.unwrap();
    assert!(matches!(only(nan.primary().unwrap()), Value::Real(value) if value.is_nan()));
}

#[tokio::test]
async fn whole_tables_come_the_same_way_by_every_call() {
    let (client, _server) = server();
    let columns: Vec<String> = values().iter().map(|(ty, _)| format!("{ty}_column: {ty}")).collect();
    let rows = values().iter().map(|(_, values)| values.len()).max().unwrap();
    let mut cells = Vec::new();
    for row in 0..=rows {
        for (ty, values) in values() {
            cells.push(values.get(row).cloned().unwrap_or_else(|| Value::null(ty)).to_kql());
        }
    }
    let query = format!("datatable({}) [{}]", columns.join(", "), cells.join(", "));
    let whole = client.execute_query("", &query, None).await.unwrap();
    let streamed = client.execute_streaming("", &query, None).await.unwrap().into_dataset().await.unwrap();
    let (whole, streamed) = (whole.primary().unwrap(), streamed.primary().unwrap());
    assert_eq!((whole.row_count(), whole), (rows + 1, streamed));
    let batch = whole.to_record_batch().unwrap();
    assert_eq!((batch.num_rows(), batch.num_columns()), (rows + 1, 10));
    for (row, (_, values)) in values().into_iter().enumerate() {
        for (index, value) in values.into_iter().enumerate() {
            assert_eq!(whole.row(index).unwrap()[row], value);
        }
    }
}

#[tokio::test]
async fn commands_answer_tables_and_several_results_stay_apart() {
    let (client, _server) = server();
    let databases = client.execute("", ".show databases | project DatabaseName", None).await.unwrap();
    assert_eq!(databases.primary_rows::<String>().unwrap(), ["NetDefaultDB"]);
    let two = client.execute_query("", "print a = 1; print b = 'x'", None).await.unwrap();
    let names: Vec<_> = two.primary_results().map(|table| table.columns()[0].name().to_owned()).collect();
    assert_eq!(names, ["a", "b"]);
    assert!(two.query_properties().is_some() && two.completion_information().is_some());
}

#[tokio::test]
async fn the_service_knows_the_request_by_its_names() {
    let (client, _server) = server();
    let id = "KRC.execute;a-name-of-its-own";
    let properties =
        ClientRequestProperties::new().with_client_request_id(id).with_application("the tool").with_user("someone");
    client.execute_query("", "print 1", Some(&properties)).await.unwrap();
    let query = format!(".show queries | where ClientActivityId == '{id}' | project Application");
    let known = client.execute("", &query, None).await.unwrap();
    assert_eq!(known.primary_rows::<String>().unwrap(), ["the tool"]);
}
