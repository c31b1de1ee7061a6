"""Owns the settings: defaults, `KB_` variables and what each is for. Never read at import: callers build them."""

from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kb.errors import SettingsError


class Settings(BaseSettings):
    """Every setting, from a flag, else a `KB_` variable, else the default here."""

    model_config = SettingsConfigDict(env_prefix="KB_", frozen=True, extra="ignore", protected_namespaces=())

    content: Path = Field(Path("content"), description="The folder that holds `case_studies/` and `vocabulary/`.")
    index: Path = Field(Path("index"), description="The folder for the search index. It can always be built again.")
    model: str = Field(
        "",
        description="Path or name of a sentence-transformers model. Empty: all-MiniLM-L6-v2 from the installed package.",
    )
    models: Path = Field(
        Path("data/models"),
        description="The folder that keeps the model as ONNX Runtime reads it. It can always be made again.",
    )
    precision: Literal["fp32", "int8"] = Field(
        "fp32",
        description="Bits of a number in the model: fp32 for the model as it is, int8 for twice the speed and slightly other vectors.",
    )
    host: str = Field("127.0.0.1", description="The address the site listens on.")
    port: int = Field(8000, ge=1, le=65535, description="The port the site listens on.")
    follow: bool = Field(True, description="Whether the running site follows edits in the content folder.")
    search_log: str = Field(
        "data/searches.sqlite",
        description="The file that counts what is searched for, without who or when in the day. Empty: none is kept.",
    )
    search_log_days: int = Field(365, ge=1, le=3660, description="How many days a search stays in that file.")
    database_url: str = Field(
        "sqlite:///data/exchange.sqlite",
        description="The database of people and drafts, as SQLAlchemy writes addresses. Never inside the index.",
    )
    smtp_host: str = Field("", description="The mail server. Empty: e-mails are written to the log instead.")
    smtp_port: int | None = Field(
        None, ge=1, le=65535, description="Its port. Without it: 587 for starttls, 465 for tls, 25 for none."
    )
    smtp_user: str = Field("", description="The name to sign in with at the mail server. Empty: without.")
    smtp_password: SecretStr = Field(SecretStr(""), description="The password for that name.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the way to the mail server is kept private."
    )
    mail_from: str = Field(
        "", validate_default=True, description="The address that e-mails come from. Needed with a mail server."
    )
    openid_issuer: str = Field(
        "",
        description="The issuer of an organisation's own sign-in by OpenID Connect, such as "
        "https://login.microsoftonline.com/TENANT/v2.0. Empty: passwords only.",
    )
    openid_client_id: str = Field("", validate_default=True, description="The name that this service has there.")
    openid_client_secret: SecretStr = Field(SecretStr(""), description="Its secret there. Empty for a public client.")
    openid_name: str = Field(
        "your organisation", min_length=1, max_length=60, description="Whose sign-in it is, for the button."
    )
    session_hours: float = Field(
        12, ge=0.25, le=720, description="How many hours somebody stays signed in at most: a working day."
    )
    session_idle_hours: float = Field(
        3, ge=0.25, le=720, description="How many hours somebody stays signed in without opening a page."
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses of proxies that may say who asks, with commas between them. Empty: none is believed.",
    )
    turnround_days: int = Field(
        14, ge=1, le=365, description="Within how many days a reviewer's answer is promised to a contributor."
    )
    service_name: str = Field(
        "Improvement Exchange", min_length=1, max_length=60, description="The name in the header and titles."
    )
    contact_email: str = Field("", description="A mailbox for questions and accessibility problems, shown on the site.")
    base_url: str = Field(
        "", description="The public address of the site, such as https://exchange.example.nhs.uk, for the sitemap."
    )

    @property
    def address(self) -> str:
        """The site's address for links in e-mails, never taken from a request: whoever sends one could name any host."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @field_validator("search_log")
    @classmethod
    def _outside_the_index(cls, value: str, info: ValidationInfo) -> str:
        index = info.data.get("index")
        if value and index is not None and Path(value).resolve().is_relative_to(index.resolve()):
            raise PydanticCustomError("inside", "it lies inside the index, which may be thrown away at any time")
        return value

    @field_validator("openid_issuer")
    @classmethod
    def _kept_private(cls, value: str) -> str:
        address = urlsplit(value)
        local = address.hostname in ("localhost", "127.0.0.1", "::1")
        if value and not (address.netloc and (address.scheme == "https" or (address.scheme == "http" and local))):
            raise PydanticCustomError("issuer", "it is no address that begins with https")
        return value

    @field_validator("openid_client_id")
    @classmethod
    def _known_there(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("openid_issuer") and not value:
            raise PydanticCustomError("client", "signing in with OpenID Connect needs it")
        return value

    @field_validator("mail_from")
    @classmethod
    def _a_sender(cls, value: str, info: ValidationInfo) -> str:
        if (value or info.data.get("smtp_host")) and not ("@" in parseaddr(value)[1] and value.isprintable()):
            raise PydanticCustomError("sender", "e-mails need the address that they come from")
        return value


def load(**flags: object) -> Settings:
    """The settings, with any flag that is not None put over variables and defaults.

    Raises:
        SettingsError: a value cannot work; the sentence names the setting.
    """
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        raise SettingsError(
            f"The setting {name} cannot be {first['input']!r}: {first['msg'].lower()}.",
            f"Change --{name} or the variable KB_{name.upper()}."
            if name in flags
            else f"Change the variable KB_{name.upper()}.",
        ) from None
