"""A real slapd with a few people in it, on ports of its own, with a certificate for 127.0.0.1."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from ports import free_port

SUFFIX = "dc=example,dc=org"
MANAGER, MANAGER_PASSWORD = f"cn=manager,{SUFFIX}", "the manager's word"
PEOPLE = {
    "lena": "lena's words, many of them", "max": "words of his own, many", "a*b": "a star in the name here",
    "o'hara (jr)": "brackets in the name here", "twin": "one of two of them", "root": "a directory's idea of root",
}


def escaped(text):
    return "".join(c if c.isalnum() else "".join(f"\\{byte:02x}" for byte in c.encode()) for c in text)


class Directory:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.port, self.secure_port = free_port(), free_port()
        self.cert, self.key = self.folder / "slapd.pem", self.folder / "slapd.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(self.key), "-out", str(self.cert)], check=True, capture_output=True)
        (self.folder / "data").mkdir()
        modules = next(path for path in ("/usr/lib/ldap", "/usr/lib/openldap") if Path(path).exists())
        (self.folder / "slapd.conf").write_text(f"""
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath {modules}
moduleload back_mdb
moduleload memberof
pidfile {self.folder}/slapd.pid
TLSCertificateFile {self.cert}
TLSCertificateKeyFile {self.key}
allow bind_v2 bind_anon_cred bind_anon_dn
database mdb
suffix "{SUFFIX}"
rootdn "{MANAGER}"
rootpw "{MANAGER_PASSWORD}"
directory {self.folder}/data
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
""")
        self.process = None

    def start(self):
        self.log = open(self.folder / "slapd.log", "ab")
        self.process = subprocess.Popen(
            [shutil.which("slapd") or "/usr/sbin/slapd", "-d", "256", "-f", str(self.folder / "slapd.conf"),
             "-h", f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.secure_port}"], stdout=self.log, stderr=self.log)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.1)

    def fill(self):
        """People, a group of names that members have and one found by search, and two entries of one name."""
        entries = [f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: example\ndc: example",
                   f"dn: ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: people",
                   f"dn: ou=more,{SUFFIX}\nobjectClass: organizationalUnit\nou: more",
                   f"dn: ou=groups,{SUFFIX}\nobjectClass: organizationalUnit\nou: groups"]
        for name, password in PEOPLE.items():
            entries.append(f"dn: uid={escaped(name)},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: x\nuserPassword: {password}")
        entries.append(f"dn: uid=twin,ou=more,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: twin\ncn: twin\nsn: x\nuserPassword: {PEOPLE['twin']}")
        entries.append(f"dn: uid=elsewhere,ou=people,{SUFFIX}\nobjectClass: referral\nobjectClass: extensibleObject\nuid: elsewhere\nref: ldap://127.0.0.1:1/uid=lena,ou=people,{SUFFIX}")
        entries.append(f"dn: cn=Risk,ou=groups,{SUFFIX}\nobjectClass: groupOfNames\ncn: Risk\nmember: uid=lena,ou=people,{SUFFIX}\nmember: uid=root,ou=people,{SUFFIX}")
        self.change("ldapadd", "\n\n".join(entries) + "\n", "-M")

    def change(self, tool, ldif, *arguments):
        done = subprocess.run(
            [tool, "-x", "-H", f"ldap://127.0.0.1:{self.port}", "-D", MANAGER, "-w", MANAGER_PASSWORD, *arguments],
            input=ldif, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None
