"""Device types of user agents as they are sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.passports.devices import device_type
from models.passports.tables import DeviceType

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_IOS = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_USER_AGENTS = {
    DeviceType.MOBILE: [
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {_IOS} Version/17.5 Mobile/15E148 Safari/604.1",
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {_IOS} CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1",
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) {_IOS} Mobile/15E148 Instagram 302.0.0.19.111",
        f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36",
        f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {_WEBKIT} SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
        f"Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) {_WEBKIT} Chrome/92.0.4515.131 Mobile Safari/537.36",
        "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
        "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/29.3709; U; en) Presto/2.8.119 Version/11.10",
        "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230805.001)",
        f"Mozilla/5.0 (Mobile; Nokia_2780_Flip; rv:84.0) {_WEBKIT} KAIOS/3.1",
    ],
    DeviceType.TABLET: [
        f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {_IOS} Version/17.5 Mobile/15E148 Safari/604.1",
        f"Mozilla/5.0 (Linux; Android 13; SM-X906C) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Android 13; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0",
        f"Mozilla/5.0 (Linux; Android 9; KFMAWI) {_WEBKIT} Silk/108.4.6 like Chrome/108.0.5359.160 Safari/537.36",
    ],
    DeviceType.DESKTOP: [
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
        "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; SLCC2; Tablet PC 2.0; rv:11.0) like Gecko",
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_IOS} Version/17.5 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
        f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36",
    ],
    DeviceType.OTHER: [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/126.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_IOS} Version/13.1 Safari/605.1.15 (Applebot/0.1)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} SkypeUriPreview Preview/0.5",
        f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} HeadlessChrome/126.0.0.0 Safari/537.36",
        f"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) {_WEBKIT} 76.0.3809.146/6.0 TV Safari/537.36",
        "curl/8.5.0",
        "python-httpx/0.28.1",
        "okhttp/4.12.0",
        "",
    ],
}


@pytest.mark.parametrize(
    ("expected", "user_agent"), [(kind, agent) for kind, agents in _USER_AGENTS.items() for agent in agents]
)
def test_device_types(expected: DeviceType, user_agent: str) -> None:
    assert device_type(user_agent) is expected


@given(st.text())
def test_any_text_has_a_device_type(text: str) -> None:
    assert device_type(text) in DeviceType


def test_the_end_of_a_long_user_agent_does_not_count() -> None:
    assert device_type("x" * 100_000 + "iPhone") is DeviceType.OTHER
