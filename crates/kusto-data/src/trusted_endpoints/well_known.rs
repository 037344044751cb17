//! Kusto's own hosts, by the authority that issues tokens for them.

/// Hosts of one cloud.
struct Cloud {
    login_endpoint: &'static str,
    suffixes: &'static [&'static str],
    hosts: &'static [&'static str],
}

const CLOUDS: [Cloud; 8] = [
    Cloud {
        login_endpoint: "https://login.microsoftonline.com",
        suffixes: &[
            ".dxp.aad.azure.com",
            ".dxp-dev.aad.azure.com",
            ".kusto.azuresynapse.net",
            ".kusto.windows.net",
            ".kustodev.azuresynapse-dogfood.net",
            ".kustodev.windows.net",
            ".kustomfa.windows.net",
            ".playfabapi.com",
            ".playfab.com",
            ".azureplayfab.com",
            ".kusto.data.microsoft.com",
            ".kusto.fabric.microsoft.com",
            ".api.securityplatform.microsoft.com",
            ".securitycenter.windows.com",
            ".arg-int.core.windows.net",
            ".arg-df.core.windows.net",
            ".arg.core.windows.net",
        ],
        hosts: &[
            "ade.applicationinsights.io",
            "ade.loganalytics.io",
            "adx.aimon.applicationinsights.azure.com",
            "adx.applicationinsights.azure.com",
            "adx.int.applicationinsights.azure.com",
            "adx.int.loganalytics.azure.com",
            "adx.int.monitor.azure.com",
            "adx.loganalytics.azure.com",
            "adx.monitor.azure.com",
            "kusto.aria.microsoft.com",
            "eu.kusto.aria.microsoft.com",
            "api.securityplatform.microsoft.com",
        ],
    },
    Cloud {
        login_endpoint: "https://login.microsoftonline.us",
        suffixes: &[".kusto.usgovcloudapi.net", ".kustomfa.usgovcloudapi.net", ".arg.core.usgovcloudapi.net"],
        hosts: &["adx.applicationinsights.azure.us", "adx.loganalytics.azure.us", "adx.monitor.azure.us"],
    },
    Cloud {
        login_endpoint: "https://login.partner.microsoftonline.cn",
        suffixes: &[
            ".kusto.azuresynapse.azure.cn",
            ".kusto.chinacloudapi.cn",
            ".kustomfa.chinacloudapi.cn",
            ".playfab.cn",
            ".arg.core.chinacloudapi.cn",
        ],
        hosts: &["adx.applicationinsights.azure.cn", "adx.loganalytics.azure.cn", "adx.monitor.azure.cn"],
    },
    Cloud {
        login_endpoint: "https://login.microsoftonline.eaglex.ic.gov",
        suffixes: &[".kusto.core.eaglex.ic.gov", ".kustomfa.core.eaglex.ic.gov", ".arg.core.eaglex.ic.gov"],
        hosts: &[
            "adx.applicationinsights.azure.eaglex.ic.gov",
            "adx.loganalytics.azure.eaglex.ic.gov",
            "adx.monitor.azure.eaglex.ic.gov",
        ],
    },
    Cloud {
        login_endpoint: "https://login.microsoftonline.microsoft.scloud",
        suffixes: &[".kusto.core.microsoft.scloud", ".kustomfa.core.microsoft.scloud", ".arg.core.microsoft.scloud"],
        hosts: &[
            "adx.applicationinsights.azure.microsoft.scloud",
            "adx.loganalytics.azure.microsoft.scloud",
            "adx.monitor.azure.microsoft.scloud",
        ],
    },
    Cloud {
        login_endpoint: "https://login.sovcloud-identity.fr",
        suffixes: &[".kusto.sovcloud-api.fr", ".kustomfa.sovcloud-api.fr"],
        hosts: &["adx.applicationinsights.azure.fr", "adx.loganalytics.azure.fr", "adx.monitor.azure.fr"],
    },
    Cloud {
        login_endpoint: "https://login.sovcloud-identity.de",
        suffixes: &[".kusto.sovcloud-api.de", ".kustomfa.sovcloud-api.de"],
        hosts: &["adx.applicationinsights.azure.de", "adx.loganalytics.azure.de", "adx.monitor.azure.de"],
    },
    Cloud {
        login_endpoint: "https://login.sovcloud-identity.sg",
        suffixes: &[".kusto.sovcloud-api.sg", ".kustomfa.sovcloud-api.sg"],
        hosts: &["adx.applicationinsights.azure.sg", "adx.loganalytics.azure.sg", "adx.monitor.azure.sg"],
    },
];

impl Cloud {
    fn has(&self, host: &str) -> bool {
        let below = |suffix: &&str| host.len() > suffix.len() && host.ends_with(*suffix);
        self.hosts.contains(&host) || self.suffixes.iter().any(below)
    }
}

/// Says whether `host`, in lower case, belongs to the cloud of `login_endpoint`.
pub(super) fn is_listed(host: &str, login_endpoint: &str) -> bool {
    let login_endpoint = login_endpoint.trim_end_matches('/').to_ascii_lowercase();
    CLOUDS.iter().any(|cloud| cloud.login_endpoint == login_endpoint && cloud.has(host))
}

/// Says whether `host`, in lower case, belongs to any cloud.
pub(super) fn is_listed_anywhere(host: &str) -> bool {
    CLOUDS.iter().any(|cloud| cloud.has(host))
}
